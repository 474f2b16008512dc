package rest

import (
	"encoding/json"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializerjson "k8s.io/apimachinery/pkg/runtime/serializer/json"
)

// Frameworks bring serializers of their own, which know nothing of generated decoders. A scheme may hold these decoders as conversions
// from *json.RawMessage; codec.AddToScheme registers them so. A client finds them if its serializer is made for one scheme and does not
// convert between versions, as serializer.WithoutConversionCodecFactory is. What wraps such a serializer stays in effect: the client
// only passes another decoder of JSON to its DecoderToVersion.

// withSchemeDecoders returns a serializer that decodes JSON with the decoders that the serializer's scheme has for types of a
// group-version. It returns the serializer itself if there are none.
func withSchemeDecoders(negotiated runtime.NegotiatedSerializer, gv schema.GroupVersion) runtime.NegotiatedSerializer {
	if _, own := negotiated.(JSONDecoder); own {
		return negotiated
	}
	infos := slices.Clone(negotiated.SupportedMediaTypes())
	at := slices.IndexFunc(infos, func(info runtime.SerializerInfo) bool { return info.MediaType == runtime.ContentTypeJSON })
	if at < 0 {
		return negotiated
	}
	plain, ok := infos[at].Serializer.(*serializerjson.Serializer)
	if !ok || plain.Identifier() != plainJSON() {
		return negotiated
	}
	encoder, ok := negotiated.EncoderForVersion(plain, gv).(runtime.WithVersionEncoder)
	if !ok {
		return negotiated
	}
	scheme, ok := encoder.ObjectTyper.(*runtime.Scheme)
	if !ok || scheme == nil {
		return negotiated
	}
	types := decodedTypes(scheme, gv)
	if len(types) == 0 {
		return negotiated
	}
	infos[at].Serializer = schemeJSON{Serializer: plain, scheme: scheme, types: types}
	return schemeSerializer{negotiated, infos}
}

// decodedTypes returns the types, as pointers, for which a scheme has a decoder.
func decodedTypes(scheme *runtime.Scheme, gv schema.GroupVersion) map[typeMeta]reflect.Type {
	types := map[typeMeta]reflect.Type{}
	for kind, goType := range scheme.KnownTypes(gv) {
		if empty := json.RawMessage("{}"); scheme.Convert(&empty, reflect.New(goType).Interface(), nil) == nil {
			types[typeMeta{gv.String(), kind}] = reflect.PointerTo(goType)
		}
	}
	return types
}

// schemeSerializer offers other serializers than the one it wraps.
type schemeSerializer struct {
	runtime.NegotiatedSerializer

	infos []runtime.SerializerInfo
}

func (s schemeSerializer) SupportedMediaTypes() []runtime.SerializerInfo { return s.infos }

// schemeJSON decodes as Serializer does. It uses the decoders of the scheme where the document names the kind of a type that has one.
type schemeJSON struct {
	runtime.Serializer

	scheme *runtime.Scheme
	types  map[typeMeta]reflect.Type
}

func (s schemeJSON) Decode(
	data []byte, defaults *schema.GroupVersionKind, into runtime.Object,
) (runtime.Object, *schema.GroupVersionKind, error) {
	if obj := s.decode(data, into); obj != nil {
		gvk := obj.GetObjectKind().GroupVersionKind()
		return obj, &gvk, nil
	}
	return s.Serializer.Decode(data, defaults, into)
}

// decode decodes into an empty object, or into a new one if into is nil. It returns nil if there is no decoder for that or the decoder
// gives up.
func (s schemeJSON) decode(data []byte, into runtime.Object) runtime.Object {
	apiVersion, kind, found := peekTypeMeta(data)
	if !found {
		return nil
	}
	goType, ok := s.types[typeMeta{string(apiVersion), string(kind)}]
	if !ok {
		return nil
	}
	if into == nil {
		if into, ok = reflect.TypeAssert[runtime.Object](reflect.New(goType.Elem())); !ok {
			return nil
		}
	}
	value := reflect.ValueOf(into)
	if value.Type() != goType || value.IsNil() || !value.Elem().IsZero() {
		return nil
	}
	if raw := json.RawMessage(data); s.scheme.Convert(&raw, into, nil) != nil {
		value.Elem().SetZero()
		return nil
	}
	return into
}
