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

// Fill gives all parts of what value points to random values, and leaves some pointers, slices and maps nil. Types that
// contain themselves end at some depth. Fields that are not exported are filled, too, but for those of types that know what
// they have there.
func Fill(random *rand.Rand, value any) {
	f := filler{random}
	f.fill(reflect.ValueOf(value).Elem(), 0)
}

type filler struct{ *rand.Rand }

// deepest is where pointers, slices and maps stay nil.
const deepest = 9

func (f filler) fill(v reflect.Value, depth int) {
	if !v.CanSet() {
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem() //nolint:gosec // a field that is not exported is filled, too
	}
	if f.known(v) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if f.goesOn(depth) {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		if f.goesOn(depth) {
			n := f.IntN(3)
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			f.elements(v, depth)
		}
	case reflect.Array:
		f.elements(v, depth)
	case reflect.Map:
		if f.goesOn(depth) {
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

func (f filler) goesOn(depth int) bool { return depth < deepest && f.IntN(4) > 0 }

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

// known fills the types that not every value suits.
func (f filler) known(v reflect.Value) bool {
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		*at = time.Unix(int64(f.IntN(1e9)), 0)
	case *resource.Quantity:
		*at = resource.MustParse(strconv.Itoa(f.IntN(100)) + []string{"", "m", "Ki"}[f.IntN(3)])
		_ = at.String() // which it remembers
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
		switch { // declared as one of these
		case v.Type().ConvertibleTo(reflect.TypeFor[time.Time]()), v.Type().ConvertibleTo(reflect.TypeFor[resource.Quantity]()):
			return true
		}
		return false
	}
	return true
}
