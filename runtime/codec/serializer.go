package codec

import "k8s.io/apimachinery/pkg/runtime"

// Serializer is a NegotiatedSerializer whose JSON is decoded by a Decoder wherever the kind of a document is known before.
type Serializer struct {
	runtime.NegotiatedSerializer

	Decoder *Decoder
}

// DecodeJSON decodes data into what into points to; package rest asks for it.
func (s Serializer) DecodeJSON(data []byte, into any) error { return s.Decoder.Decode(data, into) }
