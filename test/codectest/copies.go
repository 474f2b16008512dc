package codectest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Copied holds a deep copy to being equal to its original and to sharing nothing with it.
func Copied(t *testing.T, original, copied any) {
	t.Helper()
	if assert.Equal(t, original, copied) {
		disjoint(t, fmt.Sprintf("%T", original), reflect.ValueOf(original), reflect.ValueOf(copied))
	}
}

// disjoint reports what two equal values share.
func disjoint(t *testing.T, path string, a, b reflect.Value) {
	t.Helper()
	switch a.Kind() {
	case reflect.Pointer:
		switch {
		case a.IsNil() || a.Type() == reflect.TypeFor[*time.Location](): // which never changes
		case a.Pointer() == b.Pointer() && a.Type().Elem().Size() > 0:
			t.Errorf("%s: both point to the same", path)
		default:
			disjoint(t, "(*"+path+")", a.Elem(), b.Elem())
		}
	case reflect.Interface:
		if !a.IsNil() {
			disjoint(t, path, a.Elem(), b.Elem())
		}
	case reflect.Slice:
		if a.Len() > 0 && a.Pointer() == b.Pointer() {
			t.Errorf("%s: both have the same array", path)
			return
		}
		eachDisjoint(t, path, a, b)
	case reflect.Array:
		eachDisjoint(t, path, a, b)
	case reflect.Map:
		if !a.IsNil() && a.Pointer() == b.Pointer() {
			t.Errorf("%s: both are the same map", path)
			return
		}
		for _, key := range a.MapKeys() {
			disjoint(t, fmt.Sprintf("%s[%v]", path, key), a.MapIndex(key), b.MapIndex(key))
		}
	case reflect.Struct:
		for i := range a.NumField() {
			disjoint(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	}
}

func eachDisjoint(t *testing.T, path string, a, b reflect.Value) {
	t.Helper()
	for i := range a.Len() {
		disjoint(t, fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i))
	}
}
