package codec

import (
	"bytes"
	"reflect"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/codec/encode"
)

// EncoderTable maps Go types to encoders.
type EncoderTable []EncoderEntry

// EncoderEntry is the encoder of one type. [EncoderFor] creates it.
type EncoderEntry struct {
	goType reflect.Type // the pointer
	encode encode.Func
}

// EncoderFor returns the entry of type T.
func EncoderFor[T any](encodeT func(*encode.Writer, *T)) EncoderEntry {
	return EncoderEntry{reflect.TypeFor[*T](), encode.FuncOf(encodeT)}
}

// write returns obj, which must be of the type of the entry and not nil, as encoding/json writes it. It returns false if the encoder
// gives up.
func (e EncoderEntry) write(w *encode.Writer, obj any) ([]byte, bool) {
	w.Reset()
	e.encode(w, reflect.ValueOf(obj).UnsafePointer())
	return w.Done()
}

// Write returns the value that obj points to as encoding/json writes it. It returns false if the table has no encoder for it, or if
// that gives up. Unlike an [Encoder], it does not ask whether the encoder is older than its type.
func (t EncoderTable) Write(obj any) ([]byte, bool) {
	for _, entry := range t {
		if entry.goType == reflect.TypeOf(obj) {
			return entry.write(&encode.Writer{}, obj)
		}
	}
	return nil, false
}

// Encoder encodes objects as JSON. The zero value and nil have no tables. It is safe for concurrent use, and must not be copied.
type Encoder struct {
	encoders map[reflect.Type]*checkedEntry
	writers  sync.Pool
}

// checkedEntry is an entry that is checked before its first use.
type checkedEntry struct {
	EncoderEntry

	complete func() bool
	// copies are empty objects.
	copies sync.Pool
}

// NewEncoder returns an Encoder with tables. If several entries are for one type, the first is used.
func NewEncoder(tables ...EncoderTable) *Encoder {
	e := &Encoder{encoders: map[reflect.Type]*checkedEntry{}}
	for _, table := range tables {
		for _, entry := range table {
			if e.encoders[entry.goType] == nil {
				e.encoders[entry.goType] = &checkedEntry{EncoderEntry: entry, complete: sync.OnceValue(entry.isComplete)}
			}
		}
	}
	return e
}

// Encode returns obj as JSON with a kind in place of its own, and a line feed at the end, as apimachinery's serializer writes it. It
// does not change obj, which other goroutines may read meanwhile. It returns false if it has no encoder for the object, or if that
// gives up; the caller uses the serializer then, which reports errors.
func (e *Encoder) Encode(obj runtime.Object, kind schema.GroupVersionKind) ([]byte, bool) {
	if e == nil {
		return nil, false
	}
	entry := e.encoders[reflect.TypeOf(obj)]
	if entry == nil || reflect.ValueOf(obj).IsNil() || !entry.complete() {
		return nil, false
	}
	obj, release := entry.withKind(obj, kind)
	if obj == nil {
		return nil, false
	}
	defer release()
	w, ok := e.writers.Get().(*encode.Writer)
	if !ok {
		w = &encode.Writer{}
	}
	text, ok := entry.write(w, obj)
	if !ok {
		e.writers.Put(w)
		return nil, false
	}
	// The caller keeps the body while the request lasts, the Writer its buffer.
	body := bytes.Clone(append(text, '\n'))
	if len(text) <= maxKept {
		e.writers.Put(w)
	}
	return body, true
}

// maxKept is the size of the largest object whose buffer is kept for others.
const maxKept = 1 << 20

// withKind returns obj if it has that kind, or else a shallow copy that has it, which is valid until release is called. It returns nil if
// the kind of the object is not in a TypeMeta of its own: a copy could share it with obj.
func (e *checkedEntry) withKind(obj runtime.Object, kind schema.GroupVersionKind) (other runtime.Object, release func()) {
	apiVersion, name := kind.ToAPIVersionAndKind()
	meta, ok := obj.GetObjectKind().(*metav1.TypeMeta)
	if !ok || meta == nil {
		return nil, nil
	}
	if meta.APIVersion == apiVersion && meta.Kind == name {
		return obj, func() {}
	}
	if other, ok = e.copies.Get().(runtime.Object); !ok {
		if other, ok = reflect.TypeAssert[runtime.Object](reflect.New(e.goType.Elem())); !ok {
			return nil, nil
		}
	}
	value := reflect.ValueOf(other).Elem()
	value.Set(reflect.ValueOf(obj).Elem())
	release = func() {
		value.SetZero() // the pool must not keep what the object holds
		e.copies.Put(other)
	}
	own, ok := other.GetObjectKind().(*metav1.TypeMeta)
	if !ok || own == meta {
		release()
		return nil, nil
	}
	own.APIVersion, own.Kind = apiVersion, name
	return other, release
}
