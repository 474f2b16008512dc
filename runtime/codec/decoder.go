package codec

import (
	"reflect"
	"sync"

	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// Decoder decodes JSON. The zero value knows no tables. It is safe for use by many goroutines at once, and must not be
// copied.
type Decoder struct {
	decoders map[reflect.Type]func(*scan.Scanner, any) bool
	scanners sync.Pool
}

// NewDecoder returns a Decoder with tables. Of several entries for a type the first counts.
func NewDecoder(tables ...Table) *Decoder {
	d := &Decoder{decoders: map[reflect.Type]func(*scan.Scanner, any) bool{}}
	for _, table := range tables {
		for _, entry := range table {
			if d.decoders[entry.goType] == nil {
				d.decoders[entry.goType] = entry.decode
			}
		}
	}
	return d
}

// Decode decodes data into what into points to, as sigs.k8s.io/json does: with case-sensitive names, and with whole numbers
// kept whole where the type leaves it open. A syntax error leaves into as it was; another error may not.
func (d *Decoder) Decode(data []byte, into any) error {
	if decode := d.decoders[reflect.TypeOf(into)]; decode != nil && empty(into) && d.scan(data, into, decode) {
		return nil
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, into)
}

// empty reports whether there is nothing that a decoder which fails could spoil.
func empty(into any) bool {
	v := reflect.ValueOf(into)
	return !v.IsNil() && v.Elem().IsZero()
}

func (d *Decoder) scan(data []byte, into any, decode func(*scan.Scanner, any) bool) bool {
	s, ok := d.scanners.Get().(*scan.Scanner)
	if !ok {
		s = &scan.Scanner{}
	}
	defer d.scanners.Put(s)
	defer s.Reset(nil) // the document is not to live as long as the scanner does
	s.Reset(data)
	return decode(s, into)
}
