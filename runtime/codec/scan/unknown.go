package scan

import (
	"reflect"
	"strings"
)

// Unknown skips the value of a field for which the decoder of *v has no case; v must be a pointer to a struct. If the Go type has
// a field of that name, the type is newer than its decoder, and the Scanner gives up: an old decoder is slow, but loses no data.
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

// addNames adds all names that the fields of a struct may have in documents, including those of hidden fields and the names of
// the Go fields. Too many names only make the Scanner give up more often.
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
