package untyped

import (
	"io"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

// Serializer encodes and decodes objects of any kind: Go types for the kinds of its scheme, and the result of Unknown
// for all others. It does not convert between versions.
type Serializer struct {
	// Scheme has the kinds with Go types.
	Scheme *runtime.Scheme
	// Unknown returns an empty object for a kind that the scheme does not know.
	Unknown func(kind schema.GroupVersionKind) runtime.Object
	// Protobuf adds protobuf to JSON.
	Protobuf bool
}

var _ runtime.NegotiatedSerializer = Serializer{}

// SupportedMediaTypes returns JSON and, with Protobuf, protobuf.
func (s Serializer) SupportedMediaTypes() []runtime.SerializerInfo {
	kinds := anyKind(s)
	infos := []runtime.SerializerInfo{{
		MediaType:        runtime.ContentTypeJSON,
		MediaTypeType:    "application",
		MediaTypeSubType: "json",
		EncodesAsText:    true,
		Serializer: jsonSerializer{
			Serializer: metadataLists{json.NewSerializerWithOptions(json.DefaultMetaFactory, kinds, kinds, json.SerializerOptions{})},
			kinds:      kinds,
			scanners:   &sync.Pool{},
		},
		StreamSerializer: &runtime.StreamSerializerInfo{
			EncodesAsText: true,
			Serializer:    json.NewSerializerWithOptions(json.DefaultMetaFactory, s.Scheme, s.Scheme, json.SerializerOptions{}),
			Framer:        json.Framer,
		},
	}}
	if !s.Protobuf {
		return infos
	}
	return append(infos, runtime.SerializerInfo{
		MediaType:        runtime.ContentTypeProtobuf,
		MediaTypeType:    "application",
		MediaTypeSubType: "vnd.kubernetes.protobuf",
		Serializer:       metadataLists{protobuf.NewSerializer(kinds, kinds)},
		StreamSerializer: &runtime.StreamSerializerInfo{
			Serializer: protobuf.NewRawSerializer(s.Scheme, s.Scheme),
			Framer:     protobuf.LengthDelimitedFramer,
		},
	})
}

// EncoderForVersion returns an encoder that sets the version of Go types to that of the client. It writes unstructured
// objects unchanged, with their own kind, or with none, since a server may know it from the path.
func (s Serializer) EncoderForVersion(encoder runtime.Encoder, gv runtime.GroupVersioner) runtime.Encoder {
	return versionEncoder{runtime.WithVersionEncoder{Version: gv, Encoder: encoder, ObjectTyper: anyKind(s)}}
}

type versionEncoder struct{ runtime.WithVersionEncoder }

func (e versionEncoder) Encode(obj runtime.Object, w io.Writer) error {
	if _, ok := obj.(runtime.Unstructured); ok {
		return e.Encoder.Encode(obj, w)
	}
	return e.WithVersionEncoder.Encode(obj, w)
}

// DecoderToVersion returns the decoder itself.
func (s Serializer) DecoderToVersion(decoder runtime.Decoder, _ runtime.GroupVersioner) runtime.Decoder {
	return decoder
}

// anyKind creates objects of any kind and returns the kinds of objects.
type anyKind Serializer

func (k anyKind) New(kind schema.GroupVersionKind) (runtime.Object, error) {
	if obj, err := k.Scheme.New(kind); err == nil {
		return obj, nil
	}
	return k.Unknown(kind), nil
}

func (k anyKind) ObjectKinds(obj runtime.Object) ([]schema.GroupVersionKind, bool, error) {
	kinds, unversioned, err := k.Scheme.ObjectKinds(obj)
	if _, ok := obj.(runtime.Unstructured); ok && err != nil {
		return []schema.GroupVersionKind{obj.GetObjectKind().GroupVersionKind()}, false, nil //nolint:nilerr // an unstructured object has its own kind
	}
	return kinds, unversioned, err
}

func (k anyKind) Recognizes(schema.GroupVersionKind) bool { return true }
