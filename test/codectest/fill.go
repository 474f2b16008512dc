package codectest

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Fill sets everything that value points to, to random values. Some pointers, slices and maps stay nil, all of them below a certain
// depth, so that types that contain themselves end. Unexported fields are filled too, except in types such as time.Time, which get
// valid values.
func Fill(random *rand.Rand, value any) {
	f := filler{random}
	f.fill(reflect.ValueOf(value).Elem(), 0)
}

type filler struct{ *rand.Rand }

// maxDepth is the depth from which on pointers, slices and maps stay nil.
const maxDepth = 9

func (f filler) fill(v reflect.Value, depth int) {
	if !v.CanSet() {
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem() //nolint:gosec // unexported fields are filled too
	}
	if f.fillKnown(v) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if f.fillsDeeper(depth) {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		if f.fillsDeeper(depth) {
			n := f.IntN(3)
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			f.elements(v, depth)
		}
	case reflect.Array:
		f.elements(v, depth)
	case reflect.Map:
		if f.fillsDeeper(depth) {
			f.members(v, depth)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			f.fill(field, depth+1)
		}
	default:
		f.scalar(v)
	}
}

func (f filler) fillsDeeper(depth int) bool { return depth < maxDepth && f.IntN(4) > 0 }

func (f filler) elements(v reflect.Value, depth int) {
	for i := range v.Len() {
		f.fill(v.Index(i), depth+1)
	}
}

func (f filler) members(v reflect.Value, depth int) {
	v.Set(reflect.MakeMap(v.Type()))
	for range f.IntN(3) {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, depth+1)
		f.fill(value, depth+1)
		v.SetMapIndex(key, value)
	}
}

func (f filler) scalar(v reflect.Value) {
	switch {
	case v.CanInt():
		v.SetInt(int64(f.IntN(100)))
	case v.CanUint():
		v.SetUint(uint64(f.IntN(100))) //nolint:gosec // never negative
	case v.CanFloat():
		v.SetFloat(float64(f.IntN(100)) / 4)
	case v.Kind() == reflect.Bool:
		v.SetBool(f.IntN(2) == 0)
	case v.Kind() == reflect.String:
		v.SetString(f.text())
	}
}

func (f filler) text() string {
	return []string{"", "a", "name", "ü\u2028<&>", `"\`, "\t"}[f.IntN(6)] + strconv.Itoa(f.IntN(10))
}

// fillKnown fills types for which not every value is valid, and reports whether v is of such a type.
func (f filler) fillKnown(v reflect.Value) bool {
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		*at = time.Unix(int64(f.IntN(1e9)), 0)
	case *resource.Quantity:
		*at = resource.MustParse(strconv.Itoa(f.IntN(100)) + []string{"", "m", "Ki"}[f.IntN(3)])
		_ = at.String() // a quantity caches its text
	case *json.Number:
		*at = json.Number(strconv.Itoa(f.IntN(100)))
	case *json.RawMessage:
		*at = json.RawMessage(`{"raw":[1]}`)
	case *intstr.IntOrString:
		*at = []intstr.IntOrString{intstr.FromInt32(80), intstr.FromString("http")}[f.IntN(2)]
	case *metav1.FieldsV1:
		at.SetRawString(`{"f:raw":{}}`)
	case *runtime.RawExtension:
		at.Raw = []byte(`{"raw":[1]}`)
	default:
		switch { // types declared as one of these stay zero
		case v.Type().ConvertibleTo(reflect.TypeFor[time.Time]()), v.Type().ConvertibleTo(reflect.TypeFor[resource.Quantity]()):
			return true
		}
		return false
	}
	return true
}
