package fake

import (
	_ "unsafe" // for go:linkname

	"k8s.io/apimachinery/pkg/runtime"
)

// AddToScheme adds the types of all clients to a scheme.
//
//go:linkname AddToScheme github.com/typewright/typewright/generated/kubernetes/fake.AddToScheme
var AddToScheme func(*runtime.Scheme) error
