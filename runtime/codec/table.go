package codec

import (
	"reflect"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// Table maps Go types to decoders.
type Table []Entry

// Entry is the decoder of one type. [For] creates it.
type Entry struct {
	goType reflect.Type // the pointer
	decode func(s *scan.Scanner, into any) bool
}

// For returns the entry of type T. It calls decode with an empty value.
func For[T any](decode func(*scan.Scanner, *T)) Entry {
	return Entry{
		goType: reflect.TypeFor[*T](),
		decode: func(s *scan.Scanner, into any) bool {
			v, ok := into.(*T)
			if !ok {
				return false
			}
			decode(s, v)
			if s.End() {
				return true
			}
			*v = *new(T)
			return false
		},
	}
}

// Read decodes data into the value that into points to, which must be empty, and reports whether the table has a
// decoder and it succeeded. Otherwise the value stays empty.
func (t Table) Read(data []byte, into any) bool {
	for _, entry := range t {
		if entry.goType == reflect.TypeOf(into) {
			s := &scan.Scanner{}
			s.Reset(data)
			return entry.decode(s, into)
		}
	}
	return false
}
