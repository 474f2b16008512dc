package codec

import (
	"reflect"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// Decoder decodes JSON. The zero value has no tables. It is safe for concurrent use, and must not be copied.
type Decoder struct {
	decoders map[reflect.Type]Entry
	scanners sync.Pool
}

// NewDecoder returns a Decoder with tables. If several entries are for one type, the first is used.
func NewDecoder(tables ...Table) *Decoder {
	d := &Decoder{decoders: map[reflect.Type]Entry{}}
	for _, table := range tables {
		for _, entry := range table {
			if _, known := d.decoders[entry.goType]; !known {
				d.decoders[entry.goType] = entry
			}
		}
	}
	return d
}

// Decode decodes data into the value that into points to, as sigs.k8s.io/json does: names are case-sensitive, and whole
// numbers stay whole in untyped fields. A syntax error leaves the value unchanged; other errors may not.
func (d *Decoder) Decode(data []byte, into any) error {
	return d.decode(data, into, scan.Options{})
}

// DecodeForCache is Decode for an object of a cache. It decodes in accordance with options if the table has a decoder and the document
// is an ordinary one. If managed fields are dropped, the object has none, whatever the document says.
func (d *Decoder) DecodeForCache(data []byte, into any, options scan.Options) error {
	err := d.decode(data, into, options)
	if obj, ok := into.(metav1.Object); ok && err == nil && options.DropManagedFields {
		obj.SetManagedFields(nil)
	}
	return err
}

func (d *Decoder) decode(data []byte, into any, options scan.Options) error {
	if entry, ok := d.decoders[reflect.TypeOf(into)]; ok && empty(into) && d.scan(data, into, entry, options) {
		return nil
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, into)
}

// empty reports whether into points to a zero value, which a failed decoder cannot damage.
func empty(into any) bool {
	v := reflect.ValueOf(into)
	return !v.IsNil() && v.Elem().IsZero()
}

func (d *Decoder) scan(data []byte, into any, entry Entry, options scan.Options) bool {
	s, ok := d.scanners.Get().(*scan.Scanner)
	if !ok {
		s = &scan.Scanner{}
	}
	defer d.scanners.Put(s)
	defer s.Reset(nil) // the scanner must not keep the document in memory
	s.Reset(data)
	s.SetOptions(options)
	defer s.SetOptions(scan.Options{})
	return entry.read(s, into)
}

// Serializer is a NegotiatedSerializer that decodes JSON with a Decoder if the caller knows the kind of the document, and encodes
// objects with an Encoder if it has one for them.
type Serializer struct {
	runtime.NegotiatedSerializer

	Decoder *Decoder
	Encoder *Encoder
}

// DecodeJSON decodes data into the value that into points to. Package rest calls it.
func (s Serializer) DecodeJSON(data []byte, into any) error { return s.Decoder.Decode(data, into) }

// EncodeJSON returns obj as a JSON document of a kind; false means that the caller has to use the serializer. Package rest calls it.
func (s Serializer) EncodeJSON(obj runtime.Object, kind schema.GroupVersionKind) ([]byte, bool) {
	return s.Encoder.Encode(obj, kind)
}

// DecodeJSONForCache is DecodeJSON for an object of a cache. Package rest calls it for informers that have options.
func (s Serializer) DecodeJSONForCache(data []byte, into any, options scan.Options) error {
	return s.Decoder.DecodeForCache(data, into, options)
}
