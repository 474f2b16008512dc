package codectest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Copied checks that a deep copy equals its original and shares no memory with it.
func Copied(t *testing.T, original, copied any) {
	t.Helper()
	if assert.Equal(t, original, copied) {
		checkNothingShared(t, fmt.Sprintf("%T", original), reflect.ValueOf(original), reflect.ValueOf(copied))
	}
}

// checkNothingShared reports the memory that two equal values share.
func checkNothingShared(t *testing.T, path string, a, b reflect.Value) {
	t.Helper()
	switch a.Kind() {
	case reflect.Pointer:
		switch {
		case a.IsNil() || a.Type() == reflect.TypeFor[*time.Location](): // a location never changes
		case a.Pointer() == b.Pointer() && a.Type().Elem().Size() > 0:
			t.Errorf("%s: both point to the same value", path)
		default:
			checkNothingShared(t, "(*"+path+")", a.Elem(), b.Elem())
		}
	case reflect.Interface:
		if !a.IsNil() {
			checkNothingShared(t, path, a.Elem(), b.Elem())
		}
	case reflect.Slice:
		if a.Len() > 0 && a.Pointer() == b.Pointer() {
			t.Errorf("%s: both have the same backing array", path)
			return
		}
		checkElementsNotShared(t, path, a, b)
	case reflect.Array:
		checkElementsNotShared(t, path, a, b)
	case reflect.Map:
		if !a.IsNil() && a.Pointer() == b.Pointer() {
			t.Errorf("%s: both are the same map", path)
			return
		}
		for _, key := range a.MapKeys() {
			checkNothingShared(t, fmt.Sprintf("%s[%v]", path, key), a.MapIndex(key), b.MapIndex(key))
		}
	case reflect.Struct:
		for i := range a.NumField() {
			checkNothingShared(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	}
}

func checkElementsNotShared(t *testing.T, path string, a, b reflect.Value) {
	t.Helper()
	for i := range a.Len() {
		checkNothingShared(t, fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i))
	}
}
