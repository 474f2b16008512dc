package schema

import "reflect"

// zeroAs returns a zero value of a type as an interface, if the type implements it. Embedded pointers of the value point to zero
// values, so that promoted methods can be called.
func zeroAs[T any](goType reflect.Type) (zero T, ok bool) {
	if !goType.Implements(reflect.TypeFor[T]()) {
		return zero, false
	}
	v := reflect.New(goType).Elem()
	if !point[T](v, map[reflect.Type]bool{}) {
		return zero, false
	}
	return reflect.TypeAssert[T](v)
}

// point sets the embedded pointers of a struct. It returns false if one that may implement T cannot be set: reflection cannot set
// pointers to unexported types.
func point[T any](v reflect.Value, above map[reflect.Type]bool) bool {
	if v.Kind() != reflect.Struct || above[v.Type()] {
		return true
	}
	above[v.Type()] = true
	defer delete(above, v.Type())
	for f, field := range v.Fields() {
		switch {
		case !f.Anonymous:
			continue
		case f.Type.Kind() == reflect.Pointer && !field.CanSet():
			if f.Type.Implements(reflect.TypeFor[T]()) {
				return false
			}
			continue
		case f.Type.Kind() == reflect.Pointer:
			field.Set(reflect.New(f.Type.Elem()))
			field = field.Elem()
		}
		if !point[T](field, above) {
			return false
		}
	}
	return true
}

// embeds reports whether an embedded field of a type gives that name to its schema: then the type's own method is promoted from the
// field.
func embeds(goType reflect.Type, name string) bool {
	if goType.Kind() != reflect.Struct {
		return false
	}
	for f := range goType.Fields() {
		if !f.Anonymous {
			continue
		}
		embedded := f.Type
		if embedded.Kind() == reflect.Pointer {
			embedded = embedded.Elem()
		}
		if named, ok := zeroAs[modelNamer](embedded); ok && named.OpenAPIModelName() == name {
			return true
		}
	}
	return false
}
