package rest

import (
	"bytes"
	"reflect"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializerjson "k8s.io/apimachinery/pkg/runtime/serializer/json"
	kjson "sigs.k8s.io/json"
)

// JSONDecoder is what a NegotiatedSerializer may implement besides: it decodes JSON into an object whose kind is known to be
// that of the document, just as sigs.k8s.io/json does, but faster. Generated clients have one.
type JSONDecoder interface {
	DecodeJSON(data []byte, into any) error
}

// reflection is the JSONDecoder of clients that have no other.
type reflection struct{}

func (reflection) DecodeJSON(data []byte, into any) error {
	return kjson.UnmarshalCaseSensitivePreserveInts(data, into)
}

// learningDecoder remembers which kind in JSON its decoder took for which Go type, and then decodes the same kind straight
// into such a type. apimachinery's serializer parses a document once to find what kind it is and once more to decode it:
// that is a third of its time, and the answer is nearly always the same.
type learningDecoder struct {
	inner runtime.Decoder
	json  JSONDecoder
	into  sync.Map // reflect.Type of an object to decode into, to *learned
	kinds sync.Map // typeMeta of a document that nobody gave an object for, to *learned
}

// typeMeta is what a document says that it is.
type typeMeta struct{ apiVersion, kind string }

// learned is a kind that was decoded into a Go type, a pointer.
type learned struct {
	typeMeta

	gvk    schema.GroupVersionKind
	goType reflect.Type
}

// learning returns a decoder that does what decoder does. It learns where decoder is apimachinery's for JSON and neither
// converts, nor sets defaults, nor is strict; it is decoder itself otherwise. What it has learned, it decodes with json.
func learning(decoder runtime.Decoder, json JSONDecoder) runtime.Decoder {
	plain, ok := decoder.(runtime.WithoutVersionDecoder)
	if !ok {
		return decoder
	}
	serializer, ok := plain.Decoder.(*serializerjson.Serializer)
	if !ok || serializer.Identifier() != plainJSON() {
		return decoder
	}
	return &learningDecoder{inner: decoder, json: json}
}

// plainJSON identifies serializers that are neither strict nor for YAML.
var plainJSON = sync.OnceValue(func() runtime.Identifier {
	return serializerjson.NewSerializerWithOptions(serializerjson.DefaultMetaFactory, nil, nil, serializerjson.SerializerOptions{}).Identifier()
})

// Decode decodes data, into into where it is of a fitting type.
func (d *learningDecoder) Decode(data []byte, defaults *schema.GroupVersionKind, into runtime.Object) (runtime.Object, *schema.GroupVersionKind, error) {
	if !learnable(into) {
		return d.inner.Decode(data, defaults, into)
	}
	apiVersion, kind, found := peekTypeMeta(data)
	if !found {
		return d.inner.Decode(data, defaults, into)
	}
	if l := d.lookUp(apiVersion, kind, into); l != nil {
		obj := into
		if obj == nil {
			obj, _ = reflect.TypeAssert[runtime.Object](reflect.New(l.goType.Elem()))
		}
		if d.json.DecodeJSON(data, obj) == nil {
			obj.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{}) // as codecs do
			return obj, &l.gvk, nil
		}
	}
	obj, gvk, err := d.inner.Decode(data, defaults, into)
	if err == nil && gvk != nil && learnable(obj) {
		d.learn(&learned{typeMeta{string(apiVersion), string(kind)}, *gvk, reflect.TypeOf(obj)}, obj, into)
	}
	return obj, gvk, err
}

// lookUp returns what is known of a kind that is to be decoded into an object, or into one that the decoder makes.
func (d *learningDecoder) lookUp(apiVersion, kind []byte, into runtime.Object) *learned {
	var entry any
	if into == nil {
		entry, _ = d.kinds.Load(typeMeta{string(apiVersion), string(kind)})
	} else {
		entry, _ = d.into.Load(reflect.TypeOf(into))
	}
	l, ok := entry.(*learned)
	if !ok || l.apiVersion != string(apiVersion) || l.kind != string(kind) {
		return nil
	}
	return l
}

func (d *learningDecoder) learn(l *learned, obj, into runtime.Object) {
	switch {
	case into == nil:
		d.kinds.Store(l.typeMeta, l)
	case obj == into:
		d.into.Store(l.goType, l)
	}
}

// learnable reports whether the kind of an object is that of its Go type.
func learnable(obj runtime.Object) bool {
	switch obj.(type) {
	case runtime.Unstructured, *runtime.Unknown:
		return false
	default:
		return true
	}
}

// peekTypeMeta finds apiVersion and kind of a JSON document where they stand at its beginning, as servers put them.
func peekTypeMeta(data []byte) (apiVersion, kind []byte, found bool) {
	rest, ok := cutToken(data, '{')
	for ok && (apiVersion == nil || kind == nil) {
		var name, value []byte
		if name, rest, ok = cutString(rest); !ok {
			break
		}
		if rest, ok = cutToken(rest, ':'); !ok {
			break
		}
		if value, rest, ok = cutString(rest); !ok {
			break
		}
		switch string(name) {
		case "apiVersion":
			apiVersion = value
		case "kind":
			kind = value
		default:
			return nil, nil, false
		}
		if apiVersion == nil || kind == nil {
			rest, ok = cutToken(rest, ',')
		}
	}
	return apiVersion, kind, ok
}

const jsonSpace = " \t\r\n"

func cutToken(data []byte, token byte) (rest []byte, ok bool) {
	data = bytes.TrimLeft(data, jsonSpace)
	if len(data) == 0 || data[0] != token {
		return nil, false
	}
	return data[1:], true
}

// cutString cuts off a string without escapes.
func cutString(data []byte) (text, rest []byte, ok bool) {
	if data, ok = cutToken(data, '"'); !ok {
		return nil, nil, false
	}
	text, rest, ok = bytes.Cut(data, []byte{'"'})
	return text, rest, ok && bytes.IndexByte(text, '\\') < 0
}
