//go:build tools

package bench

import (
	_ "github.com/typewright/typewright/cmd/clientgen"
	_ "github.com/typewright/typewright/cmd/informergen"
	_ "k8s.io/api/core/v1"
	_ "k8s.io/code-generator/cmd/applyconfiguration-gen"
	_ "k8s.io/code-generator/cmd/client-gen"
	_ "k8s.io/code-generator/cmd/informer-gen"
	_ "k8s.io/code-generator/cmd/lister-gen"
)
