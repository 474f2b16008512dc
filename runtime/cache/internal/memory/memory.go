// Package memory tells which objects hold the same memory.
package memory

import (
	"reflect"
	"unsafe"
)

// Set is a set of maps, slices and what pointers point to, by their addresses.
type Set map[unsafe.Pointer]bool

// Changed returns the maps, slices and pointers in an object that have changed since it was copied. It needs a copy that shares nothing
// with the object that can change. The object itself, if it is a pointer, is not among them.
func Changed(object, copied any) Set {
	s := Set{}
	s.compare(root(object), root(copied))
	return s
}

// In reports whether an object holds one of the set.
func (s Set) In(object any) bool { return len(s) > 0 && s.in(root(object)) }

func root(object any) reflect.Value {
	v := reflect.ValueOf(object)
	if v.Kind() == reflect.Pointer {
		return v.Elem()
	}
	return v
}

func (s Set) compare(is, was reflect.Value) {
	if !is.IsValid() || !was.IsValid() || is.Type() != was.Type() {
		return
	}
	switch is.Kind() {
	case reflect.Struct:
		for i := range is.NumField() {
			s.compare(is.Field(i), was.Field(i))
		}
	case reflect.Array:
		for i := range is.Len() {
			s.compare(is.Index(i), was.Index(i))
		}
	case reflect.Interface:
		s.compare(is.Elem(), was.Elem())
	case reflect.Pointer, reflect.Map, reflect.Slice:
		s.compareMemory(is, was)
	default:
	}
}

func (s Set) compareMemory(is, was reflect.Value) {
	if is.IsNil() || is.UnsafePointer() == was.UnsafePointer() {
		return
	}
	if !sameContent(is, was) {
		s[is.UnsafePointer()] = true
	}
	switch is.Kind() {
	case reflect.Pointer:
		s.compare(is.Elem(), was.Elem())
	case reflect.Slice:
		for i := range min(is.Len(), was.Len()) {
			s.compare(is.Index(i), was.Index(i))
		}
	default:
		for entries := is.MapRange(); entries.Next(); {
			s.compare(entries.Value(), was.MapIndex(entries.Key()))
		}
	}
}

// sameContent reports whether two values are deeply equal. Values of fields that are not exported cannot be compared: they count as
// equal.
func sameContent(is, was reflect.Value) bool {
	return !is.CanInterface() || reflect.DeepEqual(is.Interface(), was.Interface())
}

func (s Set) in(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			if s.in(field) {
				return true
			}
		}
	case reflect.Array:
		return s.inElements(v)
	case reflect.Slice:
		return s[v.UnsafePointer()] || s.inElements(v)
	case reflect.Interface:
		return s.in(v.Elem())
	case reflect.Pointer:
		return s[v.UnsafePointer()] || v.CanInterface() && s.in(v.Elem())
	case reflect.Map:
		if s[v.UnsafePointer()] {
			return true
		}
		for entries := v.MapRange(); entries.Next(); {
			if s.in(entries.Value()) {
				return true
			}
		}
	default:
	}
	return false
}

func (s Set) inElements(v reflect.Value) bool {
	for i := range v.Len() {
		if s.in(v.Index(i)) {
			return true
		}
	}
	return false
}
