package scan

import (
	"reflect"
	"strings"
)

// Unknown passes over a field for which the decoder of what v points to has no case. Where the Go type has a field of that
// name nevertheless, the type is newer than its decoder, and the Scanner gives up: a decoder that nobody has generated again
// is slow, but drops nothing.
func (s *Scanner) Unknown(name []byte, v any) {
	t := reflect.TypeOf(v).Elem()
	names, ok := s.types[t]
	if !ok {
		if s.types == nil {
			s.types = map[reflect.Type]map[string]bool{}
		}
		names = map[string]bool{}
		addNames(names, t, map[reflect.Type]bool{})
		s.types[t] = names
	}
	if names[string(name)] {
		s.GiveUp()
		return
	}
	s.Skip()
}

// addNames adds the names by which documents may mean a field of a struct: hidden ones, and Go's own, are among them.
func addNames(names map[string]bool, t reflect.Type, seen map[reflect.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	for field := range t.Fields() {
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		embeds := field.Anonymous && inner.Kind() == reflect.Struct
		tag := field.Tag.Get("json")
		if tag == "-" || !field.IsExported() && !embeds {
			continue
		}
		name, _, _ := strings.Cut(tag, ",")
		names[name], names[field.Name] = true, true
		if embeds && name == "" {
			addNames(names, inner, seen)
		}
	}
}
