//go:build deps

package surface

import (
	_ "k8s.io/api/core/v1"
	_ "k8s.io/client-go/kubernetes"
	_ "k8s.io/metrics/pkg/client/clientset/versioned"
	_ "sigs.k8s.io/gateway-api/apis/v1"

	_ "github.com/typewright/typewright/gen"
)
