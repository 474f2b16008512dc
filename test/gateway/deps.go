//go:build deps

package gateway

import (
	_ "sigs.k8s.io/gateway-api/apis/v1"

	_ "github.com/typewright/typewright/cmd/clientgen"
	_ "github.com/typewright/typewright/cmd/informergen"
	_ "github.com/typewright/typewright/runtime/apitest"
	_ "github.com/typewright/typewright/runtime/typed"
)
