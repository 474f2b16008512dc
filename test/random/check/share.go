package check

import (
	"fmt"
	"reflect"
	"slices"
	"time"
)

// memoryRange is a range of memory that a value refers to.
type memoryRange struct {
	from, to uintptr
	path     string
}

// memory calls add for all writable memory that can be reached from a value, also through unexported fields.
func memory(v reflect.Value, path string, add func(memoryRange)) {
	switch v.Kind() { //nolint:exhaustive // other kinds refer to no writable memory
	case reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*time.Location]() {
			return
		}
		add(memoryRange{v.Pointer(), v.Pointer() + v.Type().Elem().Size(), path})
		memory(v.Elem(), path, add)
	case reflect.Interface:
		if !v.IsNil() {
			memory(v.Elem(), path, add)
		}
	case reflect.Slice:
		add(memoryRange{v.Pointer(), v.Pointer() + uintptr(v.Cap())*v.Type().Elem().Size(), path})
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			memory(v.Index(i), fmt.Sprintf("%s[%d]", path, i), add)
		}
	case reflect.Map:
		if v.IsNil() {
			return
		}
		add(memoryRange{v.Pointer(), v.Pointer() + 1, path})
		for entries := v.MapRange(); entries.Next(); {
			memory(entries.Key(), path+"[key]", add)
			memory(entries.Value(), fmt.Sprintf("%s[%v]", path, entries.Key()), add)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			memory(v.Field(i), path+"."+v.Type().Field(i).Name, add)
		}
	}
}

// Shared describes where two values refer to the same memory; "" if they do not.
func Shared(a, b any) string {
	var all []memoryRange
	memory(reflect.ValueOf(a), "", func(s memoryRange) {
		if s.to > s.from {
			all = append(all, s)
		}
	})
	slices.SortFunc(all, func(x, y memoryRange) int { return int(x.from) - int(y.from) })
	found := ""
	memory(reflect.ValueOf(b), "", func(s memoryRange) {
		if s.to == s.from || found != "" {
			return
		}
		for _, other := range all {
			if other.from < s.to && s.from < other.to {
				found = fmt.Sprintf("%s shares memory with %s", s.path, other.path)
			}
		}
	})
	return found
}
