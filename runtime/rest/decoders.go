package rest

import (
	"bytes"
	"maps"
	"reflect"
	"sync"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializerjson "k8s.io/apimachinery/pkg/runtime/serializer/json"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// decoders caches the decoder of each Content-Type, since negotiating one takes longer than using it. Decoders are safe for
// concurrent use, as a serializer's must be.
type decoders struct {
	known atomic.Pointer[map[string]runtime.Decoder]
	// json decodes plain JSON; nil means the decoder that uses reflection.
	json JSONDecoder
}

// maxDecoders bounds the memory that a server can make a client use.
const maxDecoders = 8

func (d *decoders) get(contentType string, negotiator runtime.ClientNegotiator) (runtime.Decoder, error) {
	known := d.known.Load()
	if known != nil {
		if decoder, ok := (*known)[contentType]; ok {
			return decoder, nil
		}
	}
	decoder, err := decoderFor(contentType, negotiator)
	if err != nil {
		return nil, err
	}
	decoder = d.caching(decoder)
	grown := map[string]runtime.Decoder{}
	if known != nil {
		maps.Copy(grown, *known)
	}
	if len(grown) < maxDecoders {
		grown[contentType] = decoder
		d.known.CompareAndSwap(known, &grown) // a goroutine that loses this race tries again with the next response
	}
	return decoder, nil
}

// cached returns the caching form of decoder: the one in use for the same Content-Type if it wraps decoder.
func (d *decoders) cached(contentType string, decoder runtime.Decoder) runtime.Decoder {
	if known := d.known.Load(); known != nil {
		if l, ok := (*known)[contentType].(*kindCache); ok && l.inner == decoder {
			return l
		}
	}
	return d.caching(decoder)
}

func (d *decoders) caching(decoder runtime.Decoder) runtime.Decoder {
	if d.json == nil {
		return cacheKinds(decoder, reflection{})
	}
	return cacheKinds(decoder, d.json)
}

// JSONDecoder is an optional interface of a NegotiatedSerializer. DecodeJSON decodes a JSON document into an object of the
// document's kind with the results of sigs.k8s.io/json, but faster. The serializers of generated clients implement it.
type JSONDecoder interface {
	DecodeJSON(data []byte, into any) error
}

// cacheDecoder is an optional interface of a JSONDecoder. Its method is DecodeJSON for an object of a cache. The serializers of
// generated clients implement it.
type cacheDecoder interface {
	DecodeJSONForCache(data []byte, into any, options scan.Options) error
}

// forCache is a JSONDecoder that decodes objects of a cache.
type forCache struct {
	cacheDecoder

	options scan.Options
}

func (c forCache) DecodeJSON(data []byte, into any) error {
	return c.DecodeJSONForCache(data, into, c.options)
}

// reflection is the default JSONDecoder.
type reflection struct{}

func (reflection) DecodeJSON(data []byte, into any) error {
	return kjson.UnmarshalCaseSensitivePreserveInts(data, into)
}

// kindCache is a decoder that remembers which Go type belongs to which kind, and decodes later documents of that kind
// straight into the type. apimachinery's serializer parses each document twice: to find its kind, then to decode it. The
// first takes a third of the time.
type kindCache struct {
	inner runtime.Decoder
	json  JSONDecoder
	known *knownKinds
}

// knownKinds are the kinds that a kindCache knows.
type knownKinds struct {
	into  sync.Map // *knownKind by the reflect.Type of the object to decode into
	kinds sync.Map // *knownKind by typeMeta, for calls without an object to decode into
}

// pieceDecoder is a decoder of JSON that decodes the items of a list one by one with DecodeJSON, and the list without its items with Decode.
// That of the dynamic and the metadata client is another one than kindCache.
type pieceDecoder interface {
	runtime.Decoder
	JSONDecoder

	// With returns a pieceDecoder that decodes in accordance with options if it can.
	With(options scan.Options) runtime.Decoder
}

// DecodeJSON decodes an object of the kind that the caller wants.
func (d *kindCache) DecodeJSON(data []byte, into any) error { return d.json.DecodeJSON(data, into) }

// With returns a decoder that knows the same kinds, and decodes in accordance with options if it can.
func (d *kindCache) With(options scan.Options) runtime.Decoder {
	decoder, ok := d.json.(cacheDecoder)
	if !ok || options == (scan.Options{}) {
		return d
	}
	return &kindCache{inner: d.inner, json: forCache{decoder, options}, known: d.known}
}

// typeMeta is the kind that a document names.
type typeMeta struct{ apiVersion, kind string }

// knownKind is a kind and the Go type, a pointer, that it decodes into.
type knownKind struct {
	typeMeta

	gvk    schema.GroupVersionKind
	goType reflect.Type
}

// cacheKinds returns a decoder that does what decoder does. It is a kindCache if decoder is apimachinery's JSON decoder that
// neither converts, nor sets defaults, nor is strict; otherwise it is decoder itself. Known kinds are decoded by json.
func cacheKinds(decoder runtime.Decoder, json JSONDecoder) runtime.Decoder {
	plain, ok := decoder.(runtime.WithoutVersionDecoder)
	if !ok {
		return decoder
	}
	if !isPlainJSON(plain.Decoder) {
		return decoder
	}
	return &kindCache{inner: decoder, json: json, known: &knownKinds{}}
}

// isPlainJSON reports whether a decoder or encoder is apimachinery's for JSON, neither strict nor for YAML nor with indentation.
func isPlainJSON(coder any) bool {
	serializer, ok := coder.(*serializerjson.Serializer)
	return ok && serializer.Identifier() == plainJSON()
}

// plainJSON identifies serializers that are neither strict nor for YAML.
var plainJSON = sync.OnceValue(func() runtime.Identifier {
	return serializerjson.NewSerializerWithOptions(serializerjson.DefaultMetaFactory, nil, nil, serializerjson.SerializerOptions{}).Identifier()
})

// Decode decodes data, into the object into if its type fits.
func (d *kindCache) Decode(data []byte, defaults *schema.GroupVersionKind, into runtime.Object) (runtime.Object, *schema.GroupVersionKind, error) {
	if !hasFixedKind(into) {
		return d.inner.Decode(data, defaults, into)
	}
	apiVersion, kind, found := peekTypeMeta(data)
	if !found {
		return d.inner.Decode(data, defaults, into)
	}
	if l := d.known.lookUp(apiVersion, kind, into); l != nil {
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
	if err == nil && gvk != nil && hasFixedKind(obj) {
		d.known.store(&knownKind{typeMeta{string(apiVersion), string(kind)}, *gvk, reflect.TypeOf(obj)}, obj, into)
	}
	return obj, gvk, err
}

// lookUp returns the known kind of a document that is to be decoded into an object, or into a new one if into is nil.
func (k *knownKinds) lookUp(apiVersion, kind []byte, into runtime.Object) *knownKind {
	var entry any
	if into == nil {
		entry, _ = k.kinds.Load(typeMeta{string(apiVersion), string(kind)})
	} else {
		entry, _ = k.into.Load(reflect.TypeOf(into))
	}
	l, ok := entry.(*knownKind)
	if !ok || l.apiVersion != string(apiVersion) || l.kind != string(kind) {
		return nil
	}
	return l
}

func (k *knownKinds) store(l *knownKind, obj, into runtime.Object) {
	switch {
	case into == nil:
		k.kinds.Store(l.typeMeta, l)
	case obj == into:
		k.into.Store(l.goType, l)
	}
}

// hasFixedKind reports whether the kind of an object is that of its Go type.
func hasFixedKind(obj runtime.Object) bool {
	switch obj.(type) {
	case runtime.Unstructured, *runtime.Unknown:
		return false
	default:
		return true
	}
}

// peekTypeMeta returns apiVersion and kind of a JSON document that begins with them, as servers write it.
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

// cutString cuts off a leading string without escapes.
func cutString(data []byte) (text, rest []byte, ok bool) {
	if data, ok = cutToken(data, '"'); !ok {
		return nil, nil, false
	}
	text, rest, ok = bytes.Cut(data, []byte{'"'})
	return text, rest, ok && bytes.IndexByte(text, '\\') < 0
}
