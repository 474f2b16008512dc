package scheme

import (
	_ "unsafe" // for go:linkname

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

var (
	// Scheme knows the types of all clients.
	//
	//go:linkname Scheme github.com/typewright/typewright/generated/kubernetes/scheme.Scheme
	Scheme *runtime.Scheme
	// Codecs encodes and decodes the types of Scheme.
	//
	//go:linkname Codecs github.com/typewright/typewright/generated/kubernetes/scheme.Codecs
	Codecs serializer.CodecFactory
	// ParameterCodec encodes options as query parameters.
	//
	//go:linkname ParameterCodec github.com/typewright/typewright/generated/kubernetes/scheme.ParameterCodec
	ParameterCodec runtime.ParameterCodec
	// AddToScheme adds the types of all clients to a scheme.
	//
	//go:linkname AddToScheme github.com/typewright/typewright/generated/kubernetes/scheme.AddToScheme
	AddToScheme func(*runtime.Scheme) error
)
