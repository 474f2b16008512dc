package redact

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// foreign are types that hold what belongs to other programs.
var foreign = map[reflect.Type]bool{
	reflect.TypeFor[runtime.Object]():       true,
	reflect.TypeFor[runtime.RawExtension](): true,
}

// Struct prints a struct, or the one that a pointer points to, as %#v does, without secrets. What a field holds its tag tells: `datapolicy:"url"` goes by the
// rule of [Address], any other datapolicy is a secret. Bytes without a tag are certificates. Fields of types that print
// themselves do so; what pointers, functions and interfaces lead to is not printed.
func Struct(value any) string {
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return Nil
		}
		v = v.Elem()
	}
	var out strings.Builder
	writeStruct(&out, v)
	return out.String()
}

func writeStruct(out *strings.Builder, v reflect.Value) {
	out.WriteString(v.Type().String() + "{")
	for i := range v.NumField() {
		if i > 0 {
			out.WriteString(", ")
		}
		field := v.Type().Field(i)
		out.WriteString(field.Name + ":")
		switch policy := field.Tag.Get("datapolicy"); {
		case policy == "url" && v.Field(i).Kind() == reflect.String:
			fmt.Fprintf(out, "%q", Address(v.Field(i).String()))
		case policy != "" && !v.Field(i).IsZero():
			fmt.Fprintf(out, "%q", Text)
		default:
			writeValue(out, v.Field(i))
		}
	}
	out.WriteString("}")
}

func writeValue(out *strings.Builder, v reflect.Value) {
	t := v.Type()
	switch kind := t.Kind(); {
	case foreign[t] && !v.IsZero():
		out.WriteString(t.String() + "(" + Text + ")")
	case t == reflect.TypeFor[[]byte]() && v.Len() > 0:
		fmt.Fprintf(out, "%s(%q)", t, Truncated)
	case printsItself(v):
		fmt.Fprintf(out, "%#v", v.Interface())
	case kind == reflect.Struct:
		writeStruct(out, v)
	case kind == reflect.Interface && !v.IsNil():
		writeDynamic(out, v.Elem())
	case kind == reflect.Slice && !v.IsNil() && !plain(t):
		writeSlice(out, v)
	case kind == reflect.Map && !v.IsNil() && !plain(t):
		writeMap(out, v)
	default:
		fmt.Fprintf(out, "%#v", v)
	}
}

// printsItself reports whether a value knows how to print itself: types of the runtime that hold secrets do.
func printsItself(v reflect.Value) bool {
	if !v.CanInterface() || v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer && v.IsNil() {
		return false
	}
	_, ok := reflect.TypeAssert[fmt.GoStringer](v)
	if !ok {
		_, ok = reflect.TypeAssert[fmt.Formatter](v)
	}
	return ok
}

// writeDynamic writes what an interface holds: its type and, of pointers and functions, the address.
func writeDynamic(out *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Chan:
		fmt.Fprintf(out, "(%s)(%#x)", v.Type(), v.Pointer())
	default:
		out.WriteString(v.Type().String() + "{...}")
	}
}

func writeSlice(out *strings.Builder, v reflect.Value) {
	out.WriteString(v.Type().String() + "{")
	for i := range v.Len() {
		if i > 0 {
			out.WriteString(", ")
		}
		writeValue(out, v.Index(i))
	}
	out.WriteString("}")
}

// writeMap writes the entries in the order of their keys, which are strings.
func writeMap(out *strings.Builder, v reflect.Value) {
	out.WriteString(v.Type().String() + "{")
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for i, key := range keys {
		if i > 0 {
			out.WriteString(", ")
		}
		fmt.Fprintf(out, "%q:", key.String())
		writeValue(out, v.MapIndex(key))
	}
	out.WriteString("}")
}

// plain reports whether a type leads to nothing but names and numbers.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return plain(t.Elem())
	case reflect.Map:
		return plain(t.Key()) && plain(t.Elem())
	case reflect.Struct, reflect.Pointer, reflect.Interface:
		return false
	default:
		return true
	}
}
