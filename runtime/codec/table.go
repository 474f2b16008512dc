package codec

import (
	"reflect"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// Table says how values of Go types are decoded.
type Table []Entry

// Entry says it for one type. It is made by [For].
type Entry struct {
	goType reflect.Type // the pointer
	decode func(s *scan.Scanner, into any) bool
}

// For has values of type T decoded by a function, which is called with an empty one.
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

// Read reports whether the table has a decoder for what into points to, and that decoder reads data. Where it does not, into
// is left empty. into has to be empty.
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
