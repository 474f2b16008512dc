package dynamic

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"

	"github.com/typewright/typewright/runtime/internal/untyped"
)

// serializer reads and writes JSON: what its scheme knows as Go types, all else as maps.
type serializer struct {
	info   runtime.SerializerInfo
	scheme *runtime.Scheme
}

var _ runtime.NegotiatedSerializer = serializer{}

func newSerializer() serializer {
	scheme := untyped.NewScheme()
	types := anyKind{scheme}
	return serializer{scheme: scheme, info: runtime.SerializerInfo{
		MediaType:        runtime.ContentTypeJSON,
		MediaTypeType:    "application",
		MediaTypeSubType: "json",
		EncodesAsText:    true,
		Serializer:       json.NewSerializerWithOptions(json.DefaultMetaFactory, types, types, json.SerializerOptions{}),
		StreamSerializer: &runtime.StreamSerializerInfo{
			EncodesAsText: true,
			Serializer:    json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{}),
			Framer:        json.Framer,
		},
	}}
}

func (s serializer) SupportedMediaTypes() []runtime.SerializerInfo {
	return []runtime.SerializerInfo{s.info}
}

// EncoderForVersion returns an encoder which writes objects without a kind as well: a server may know it from the path.
func (s serializer) EncoderForVersion(encoder runtime.Encoder, gv runtime.GroupVersioner) runtime.Encoder {
	return runtime.WithVersionEncoder{Version: gv, Encoder: encoder, ObjectTyper: anyKind{s.scheme}}
}

func (s serializer) DecoderToVersion(decoder runtime.Decoder, _ runtime.GroupVersioner) runtime.Decoder {
	return decoder
}

// anyKind makes and names objects of kinds that the scheme does not know.
type anyKind struct{ scheme *runtime.Scheme }

func (k anyKind) New(kind schema.GroupVersionKind) (runtime.Object, error) {
	if obj, err := k.scheme.New(kind); err == nil {
		return obj, nil
	}
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(kind)
	return obj, nil
}

func (k anyKind) ObjectKinds(obj runtime.Object) ([]schema.GroupVersionKind, bool, error) {
	kinds, unversioned, err := k.scheme.ObjectKinds(obj)
	if _, ok := obj.(runtime.Unstructured); ok && err != nil {
		return []schema.GroupVersionKind{obj.GetObjectKind().GroupVersionKind()}, false, nil
	}
	return kinds, unversioned, err
}

func (k anyKind) Recognizes(schema.GroupVersionKind) bool { return true }
