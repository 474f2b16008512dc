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
	// sparse leaves things out, and lets scalars be zero and lists be empty. Else everything has a value that is not zero, and
	// no two strings or numbers of at least 32 bits are equal: they can be keys and members of sets.
	sparse bool
	count  int
}

// deepest is how many structs a value may be nested; what lies deeper is left out.
const deepest = 7

// fill sets v, which can be set.
func (f *filler) fill(v reflect.Value, depth int) {
	if f.special(v) {
		return
	}
	if f.sparse && f.rand.IntN(3) == 0 {
		return
	}
	switch v.Kind() { //nolint:exhaustive // what is left cannot be filled
	case reflect.Pointer:
		if depth < deepest {
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

// text is unlike any other; some of it is not ASCII, or has characters that JSON escapes.
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
	if depth >= deepest {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n+f.rand.IntN(2)))
	for i := range n {
		f.fill(v.Index(i), depth+1)
	}
}

func (f *filler) entries(v reflect.Value, depth int) {
	n := f.size()
	if depth >= deepest {
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

// special fills types whose fields do not follow from one another.
func (f *filler) special(v reflect.Value) bool {
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
		return f.words(v)
	}
	v.Set(reflect.ValueOf(value))
	return true
}

// words fills what reads itself from text.
func (f *filler) words(v reflect.Value) bool {
	if v.Kind() != reflect.Struct || !v.CanAddr() {
		return false
	}
	reader, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr())
	return ok && reader.UnmarshalText([]byte("t-"+f.text())) == nil
}

// objectMeta leaves out what a server sets.
func (f *filler) objectMeta(v reflect.Value) {
	v.Set(reflect.ValueOf(metav1.ObjectMeta{
		Name: fmt.Sprintf("name-%d", f.count), Labels: map[string]string{"label": strconv.Itoa(f.count)},
		Annotations: map[string]string{"note": f.text()}, Finalizers: nil,
		OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Owner", Name: "o", UID: "u"}},
	}))
}

// value makes a value of a type, of which everything is set unless the filler is sparse.
func (f *filler) value(of reflect.Type) reflect.Value {
	p := reflect.New(of)
	f.fill(p.Elem(), 0)
	return p
}
