package codec

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/typewright/typewright/runtime/codec/encode"
)

// isComplete reports whether an encoder writes all that encoding/json writes of its type. A program may link a newer version of an
// API than its encoders were emitted from; such an encoder would leave new fields out, and the request would delete them.
//
// So the encoder has to write three samples like encoding/json: the zero value, one in which everything is set as far as it can be,
// and one in which pointers, slices and maps lead to zero values. In the second sample no field may be left out, or else it shows
// nothing about that field and the answer is no. It is also no if a method of a type panics on a sample.
func (e EncoderEntry) isComplete() (complete bool) {
	defer func() {
		if recover() != nil {
			complete = false
		}
	}()
	t := e.goType.Elem()
	full := &sampler{left: maxParts, scalars: true, seen: map[reflect.Type]bool{}}
	sample := reflect.New(t)
	full.fill(sample.Elem())
	if same, written := e.agrees(sample.Interface()); full.incomplete || !same || !written {
		return false
	}
	hollow := &sampler{left: maxParts, seen: map[reflect.Type]bool{}}
	other := reflect.New(t)
	hollow.fill(other.Elem())
	hollowSame, _ := e.agrees(other.Interface())
	zeroSame, _ := e.agrees(reflect.New(t).Interface())
	return hollowSame && zeroSame
}

// agrees reports whether the encoder writes a sample as encoding/json does, and whether they write it at all.
func (e EncoderEntry) agrees(sample any) (same, written bool) {
	want, err := json.Marshal(sample)
	got, ok := e.write(&encode.Writer{}, sample)
	return ok == (err == nil) && (err != nil || bytes.Equal(want, got)), err == nil
}

// maxParts bounds the size of a sample.
const maxParts = 200_000

// sampler makes a sample.
type sampler struct {
	// left is how many more parts the sample may have.
	left int
	// scalars means that they are not zero.
	scalars bool
	// seen are the named types that the value is a part of. Another value of such a type within stays zero: the outer one shows
	// what its encoder does.
	seen map[reflect.Type]bool
	// incomplete means that the sample cannot show whether a field is written.
	incomplete bool
}

// fill sets v, which must be zero.
func (s *sampler) fill(v reflect.Value) {
	if s.left--; s.left < 0 {
		s.incomplete = true
		return
	}
	t := v.Type()
	if !v.CanSet() && t.Kind() != reflect.Struct || s.seen[t] { // exported fields of an embedded struct can be set
		return
	}
	if hasMethods(t) {
		if s.scalars {
			read(v)
		}
		return
	}
	if t.Name() != "" {
		s.seen[t] = true
		defer delete(s.seen, t)
	}
	switch t.Kind() { //nolint:exhaustive // others are scalars, or stay zero
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		s.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(t, 1, 1))
		s.fill(v.Index(0))
	case reflect.Array:
		for i := range v.Len() {
			s.fill(v.Index(i))
		}
	case reflect.Map:
		key, elem := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		s.fill(key)
		s.fill(elem)
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(key, elem)
	case reflect.Struct:
		for field, value := range v.Fields() {
			s.field(field, value)
		}
	default:
		if s.scalars {
			scalar(v)
		}
	}
}

// field fills a field of a struct.
func (s *sampler) field(field reflect.StructField, v reflect.Value) {
	tag := field.Tag.Get("json")
	if tag == "-" || !field.IsExported() && !field.Anonymous {
		return
	}
	s.fill(v)
	_, options, _ := strings.Cut(tag, ",")
	options = "," + options + ","
	isEmbedded := field.Anonymous && v.Kind() == reflect.Pointer && v.IsNil()
	if s.scalars && (isEmbedded || strings.Contains(options, ",omitempty,") && encode.Empty(v) ||
		strings.Contains(options, ",omitzero,") && encode.Zero(v)) {
		s.incomplete = true
	}
}

// hasMethods reports whether encoding/json writes a type by a method of its own.
func hasMethods(t reflect.Type) bool {
	marshaler, text := reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()
	if t.Implements(marshaler) || t.Implements(text) {
		return t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface
	}
	return reflect.PointerTo(t).Implements(marshaler) || reflect.PointerTo(t).Implements(text)
}

// read sets a value of a type with methods of its own, whose fields need not follow from one another, by letting it read what such
// types write. It leaves the value zero if it reads none of that.
func read(v reflect.Value) {
	for _, document := range []string{`"1"`, `1`, `"1s"`, `"2001-02-03T04:05:06.000007Z"`, `{"1":1}`, `[1]`, `true`} {
		if json.Unmarshal([]byte(document), v.Addr().Interface()) == nil && !encode.Zero(v) && !encode.Empty(v) {
			if _, err := json.Marshal(v.Addr().Interface()); err == nil {
				return
			}
		}
		v.SetZero()
	}
}

// scalar sets a value that has no parts.
func scalar(v reflect.Value) {
	switch {
	case v.Kind() == reflect.String:
		v.SetString("1") // also a number
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(1)
	case v.CanUint():
		v.SetUint(1)
	case v.CanFloat():
		v.SetFloat(1)
	case v.Kind() == reflect.Interface && v.NumMethod() == 0:
		v.Set(reflect.ValueOf("1"))
	}
}
