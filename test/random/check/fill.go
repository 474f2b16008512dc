package check

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// filler puts random values into Go values.
type filler struct {
	rand *rand.Rand
	// sparse leaves out some values, and allows zero scalars and empty lists. Otherwise no value is zero, and strings and numbers of
	// at least 32 bits are unique, so that they can be map keys and members of sets.
	sparse bool
	count  int
}

// maxDepth is how deep structs may nest. Deeper values are left out.
const maxDepth = 7

// fill sets v to a random value. v must be settable.
func (f *filler) fill(v reflect.Value, depth int) {
	if f.fillSpecial(v) {
		return
	}
	if f.sparse && f.rand.IntN(3) == 0 {
		return
	}
	switch v.Kind() { //nolint:exhaustive // other kinds cannot be filled
	case reflect.Pointer:
		if depth < maxDepth {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				f.fill(field, depth+1)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), depth)
		}
	case reflect.Slice:
		f.slice(v, depth)
	case reflect.Map:
		f.entries(v, depth)
	default:
		f.scalar(v)
	}
}

func (f *filler) scalar(v reflect.Value) {
	f.count++
	switch {
	case v.Kind() == reflect.String:
		v.SetString(f.text())
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt() && v.Type().Bits() < 32:
		v.SetInt(int64(1 + f.count%100))
	case v.CanInt():
		v.SetInt(int64(f.count) * int64(1-2*f.rand.IntN(2)))
	case v.CanUint() && v.Type().Bits() < 32:
		v.SetUint(uint64(1 + f.count%200)) //nolint:gosec // counts are positive
	case v.CanUint():
		v.SetUint(uint64(f.count)) //nolint:gosec // counts are positive
	case v.CanFloat():
		v.SetFloat(float64(f.count) + 0.25)
	}
}

// text returns a unique string. Some have characters that are not ASCII, or that JSON escapes.
func (f *filler) text() string {
	more := []string{"", "", "", " ü", "<&>", `"\`, "\t", "\u2028", "🚀"}
	return fmt.Sprintf("s%d%s", f.count, more[f.rand.IntN(len(more))])
}

func (f *filler) size() int {
	if f.sparse {
		return f.rand.IntN(3)
	}
	return 1 + f.rand.IntN(2)
}

func (f *filler) slice(v reflect.Value, depth int) {
	n := f.size()
	if depth >= maxDepth {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n+f.rand.IntN(2)))
	for i := range n {
		f.fill(v.Index(i), depth+1)
	}
}

func (f *filler) entries(v reflect.Value, depth int) {
	n := f.size()
	if depth >= maxDepth {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for range n {
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, depth+1)
		f.fill(elem, depth+1)
		v.SetMapIndex(key, elem)
	}
}

// fillSpecial fills types for which not every value is valid, and reports whether v is of such a type.
func (f *filler) fillSpecial(v reflect.Value) bool {
	f.count++
	at := time.Unix(1_700_000_000+int64(f.count), 0).UTC()
	var value any
	switch v.Interface().(type) {
	case metav1.ObjectMeta:
		f.objectMeta(v)
		return true
	case metav1.TypeMeta, metav1.ListMeta, metav1.FieldsV1:
		return true
	case metav1.Time:
		value = metav1.NewTime(at)
	case metav1.MicroTime:
		value = metav1.NewMicroTime(at.Add(time.Duration(f.count) * time.Microsecond))
	case time.Time:
		value = at.Add(time.Duration(f.count) * time.Nanosecond)
	case resource.Quantity:
		units := []string{"", "m", "k", "Mi", "Gi"}
		value = resource.MustParse(fmt.Sprintf("%d%s", f.count, units[f.rand.IntN(len(units))]))
	case intstr.IntOrString:
		if value = intstr.FromInt32(int32(f.count)); f.rand.IntN(2) == 0 { //nolint:gosec // counts are small
			value = intstr.FromString(f.text())
		}
	case runtime.RawExtension:
		value = runtime.RawExtension{Raw: []byte(fmt.Sprintf(`{"raw":%d,"more":["x",{"y":true}]}`, f.count))}
	case json.RawMessage:
		value = json.RawMessage(fmt.Sprintf(`{"raw":[%d,"x",true]}`, f.count))
	case json.Number:
		value = json.Number(strconv.Itoa(f.count))
	default:
		return f.fillFromText(v)
	}
	v.Set(reflect.ValueOf(value))
	return true
}

// fillFromText fills structs that implement encoding.TextUnmarshaler, and reports whether v is one.
func (f *filler) fillFromText(v reflect.Value) bool {
	if v.Kind() != reflect.Struct || !v.CanAddr() {
		return false
	}
	reader, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr())
	return ok && reader.UnmarshalText([]byte("t-"+f.text())) == nil
}

// objectMeta fills metadata, except for the fields that a server sets.
func (f *filler) objectMeta(v reflect.Value) {
	v.Set(reflect.ValueOf(metav1.ObjectMeta{
		Name: fmt.Sprintf("name-%d", f.count), Labels: map[string]string{"label": strconv.Itoa(f.count)},
		Annotations: map[string]string{"note": f.text()}, Finalizers: nil,
		OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Owner", Name: "o", UID: "u"}},
	}))
}

// value returns a value of a type in which everything is set, unless the filler is sparse.
func (f *filler) value(of reflect.Type) reflect.Value {
	p := reflect.New(of)
	f.fill(p.Elem(), 0)
	return p
}
