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
	decode scan.Func
}

// For returns the entry of type T. It calls decode with an empty value.
func For[T any](decode func(*scan.Scanner, *T)) Entry {
	return Entry{reflect.TypeFor[*T](), scan.FuncOf(decode)}
}

// read decodes a document into the value that into points to, which must be of the type of the entry. If it returns false, the value is
// empty.
func (e Entry) read(s *scan.Scanner, into any) bool {
	v := reflect.ValueOf(into)
	e.decode(s, v.UnsafePointer())
	if s.End() {
		return true
	}
	v.Elem().SetZero()
	return false
}

// Read decodes data into the value that into points to, which must be empty, and reports whether the table has a
// decoder and it succeeded. Otherwise the value stays empty.
func (t Table) Read(data []byte, into any) bool {
	for _, entry := range t {
		if entry.goType == reflect.TypeOf(into) {
			s := &scan.Scanner{}
			s.Reset(data)
			return entry.read(s, into)
		}
	}
	return false
}
