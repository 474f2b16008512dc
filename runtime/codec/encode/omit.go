package encode

import "reflect"

// IsEmpty reports whether encoding/json leaves a field of that value out if it has the option omitempty.
func IsEmpty[T any](v *T) bool { return Empty(reflect.ValueOf(v).Elem()) }

// IsZero reports whether encoding/json leaves a field of that value out if it has the option omitzero: its IsZero method says so, or
// else it is the zero value of its type.
func IsZero[T any](v *T) bool {
	if z, ok := any(v).(zeroer); ok {
		return z.IsZero()
	}
	return Zero(reflect.ValueOf(v).Elem())
}

type zeroer interface{ IsZero() bool }

// Empty is IsEmpty for a value of any type.
func Empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128, reflect.Invalid:
		return false
	default:
		return v.IsZero()
	}
}

// Zero is IsZero for a value of any type that can be addressed.
func Zero(v reflect.Value) bool {
	nillable := v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface
	if nillable && !v.Type().Implements(reflect.TypeFor[zeroer]()) {
		return v.IsZero()
	}
	if nillable && (v.IsNil() || v.Kind() == reflect.Interface && v.Elem().Kind() == reflect.Pointer && v.Elem().IsNil()) {
		return true
	}
	at := v
	if !nillable {
		at = v.Addr()
	}
	if at.CanInterface() {
		if z, ok := reflect.TypeAssert[zeroer](at); ok {
			return z.IsZero()
		}
	}
	return v.IsZero()
}
