//go:build deps

package peers

import (
	_ "github.com/google/go-cmp/cmp"
	_ "k8s.io/client-go/kubernetes/fake"
	_ "k8s.io/client-go/util/testing"
	_ "sigs.k8s.io/randfill"

	_ "github.com/typewright/typewright/runtime/clientcmd"
)
