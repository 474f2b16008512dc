package untyped

import (
	"io"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

// Serializer reads and writes objects of any kind: those that its scheme knows as their Go types, all others as what
// Unknown makes. It converts nothing.
type Serializer struct {
	// Scheme knows some kinds.
	Scheme *runtime.Scheme
	// Unknown makes an object for a kind that the scheme does not know.
	Unknown func(kind schema.GroupVersionKind) runtime.Object
	// Protobuf offers protobuf besides JSON.
	Protobuf bool
}

var _ runtime.NegotiatedSerializer = Serializer{}

// SupportedMediaTypes lists JSON and, where it is offered, protobuf.
func (s Serializer) SupportedMediaTypes() []runtime.SerializerInfo {
	kinds := anyKind(s)
	infos := []runtime.SerializerInfo{{
		MediaType:        runtime.ContentTypeJSON,
		MediaTypeType:    "application",
		MediaTypeSubType: "json",
		EncodesAsText:    true,
		Serializer:       json.NewSerializerWithOptions(json.DefaultMetaFactory, kinds, kinds, json.SerializerOptions{}),
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
		Serializer:       protobuf.NewSerializer(kinds, kinds),
		StreamSerializer: &runtime.StreamSerializerInfo{
			Serializer: protobuf.NewRawSerializer(s.Scheme, s.Scheme),
			Framer:     protobuf.LengthDelimitedFramer,
		},
	})
}

// EncoderForVersion returns an encoder which gives Go types the version of the client. Unstructured objects are written as
// they are: they say themselves what they are, or nothing, since a server may know it from the path.
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

// anyKind makes and names objects of any kind.
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
		return []schema.GroupVersionKind{obj.GetObjectKind().GroupVersionKind()}, false, nil //nolint:nilerr // an unstructured object says itself what it is
	}
	return kinds, unversioned, err
}

func (k anyKind) Recognizes(schema.GroupVersionKind) bool { return true }
