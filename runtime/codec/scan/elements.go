//nolint:gosec // values are read into their memory, whatever their types
package scan

import (
	"reflect"
	"unsafe"
)

// The decoders of one API group have hundreds of types of slices and pointers. A generic function would be machine code for each of
// them, so one function handles all slices and one all pointers. Slice and Pointer, which check the types, are inlined.

// Pointer reads a value into **v, a new one if *v is nil; null sets *v to nil.
func Pointer[T any](s *Scanner, v **T, decode func(*Scanner, *T)) { s.pointer(v, FuncOf(decode)) }

// Slice reads an array; null sets *v to nil. It gives up if *v has elements.
func Slice[S ~[]T, T any](s *Scanner, v *S, decode func(*Scanner, *T)) {
	s.slice(v, FuncOf(decode))
}

// Func is a function that decodes a value of a certain type into its memory. [FuncOf] makes it.
type Func func(s *Scanner, into unsafe.Pointer)

// FuncOf returns decode as a function of another type, without code around it: all pointers are passed in the same way.
func FuncOf[T any](decode func(*Scanner, *T)) Func {
	return *(*Func)(unsafe.Pointer(&decode))
}

// pointer reads a value into what a pointer to a pointer refers to.
func (s *Scanner) pointer(v any, decode Func) {
	goType := reflect.TypeOf(v).Elem()
	at := (*unsafe.Pointer)(reflect.ValueOf(v).UnsafePointer())
	switch {
	case s.Null():
		*at = nil
	case s.options.SharedValues == nil:
		if *at == nil {
			*at = reflect.New(goType.Elem()).UnsafePointer()
		}
		decode(s, *at)
	case *at != nil:
		s.GiveUp() // others may share it
	default:
		s.sharedPointer(goType, at, decode)
	}
}

// sharedPointer reads a pointer that may be shared.
func (s *Scanner) sharedPointer(goType reflect.Type, at *unsafe.Pointer, decode Func) {
	began := s.beginShared(goType, minSharedText)
	if began.memory != nil {
		*at = began.memory
		return
	}
	*at = reflect.New(goType.Elem()).UnsafePointer()
	decode(s, *at)
	memory := *at
	if goType.Elem().Size() == 0 {
		memory = nil
	}
	s.endShared(began, memory, 0)
}

// sliceHeader is the memory of a slice.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// slice reads an array into the slice that a pointer refers to.
func (s *Scanner) slice(v any, decode Func) {
	slice := reflect.ValueOf(v).Elem()
	switch {
	case s.Null():
		slice.SetZero()
	case slice.Len() > 0:
		s.GiveUp() // sigs.k8s.io/json decodes into existing elements
	case s.options.SharedValues == nil:
		s.elements(slice, decode)
	default:
		s.sharedSlice(slice, decode)
	}
}

// workspace holds the elements of an array until their number is known: a slice that grows leaves its old memory behind, and at the end
// has up to twice the memory that it needs.
type workspace struct {
	// slice has the elements, header is its memory, size the bytes of an element.
	slice  reflect.Value
	header *sliceHeader
	size   uintptr
	// inUse says that an array is being read. Arrays of the same type inside it have no workspace.
	inUse bool
}

// maxWorkspace is how many bytes a workspace keeps for the next array.
const maxWorkspace = 16 << 10

// workspaceFor returns the workspace for slices of a type, or a new one if that is in use.
func (s *Scanner) workspaceFor(goType reflect.Type) *workspace {
	w := s.workspaces[goType]
	if w != nil && !w.inUse {
		return w
	}
	slice := reflect.New(goType)
	fresh := &workspace{slice: slice.Elem(), header: (*sliceHeader)(slice.UnsafePointer()), size: goType.Elem().Size()}
	if w == nil {
		if s.workspaces == nil {
			s.workspaces = map[reflect.Type]*workspace{}
		}
		s.workspaces[goType] = fresh
	}
	return fresh
}

// elements reads an array into a slice without elements.
func (s *Scanner) elements(slice reflect.Value, decode Func) {
	w := s.workspaceFor(slice.Type())
	w.inUse = true
	a := s.Array()
	for a.Next() {
		if w.header.len == w.header.cap {
			w.slice.Grow(1)
		}
		w.header.len++
		decode(s, unsafe.Add(w.header.data, uintptr(w.header.len-1)*w.size))
	}
	w.moveTo(slice)
	w.inUse = false
}

// moveTo gives the elements to another slice and leaves the workspace empty.
func (w *workspace) moveTo(slice reflect.Value) {
	if w.header.len == 0 {
		slice.Set(reflect.MakeSlice(slice.Type(), 0, 0))
		return
	}
	if uintptr(w.header.cap)*w.size > maxWorkspace {
		slice.Set(w.slice)
		w.slice.SetZero()
		return
	}
	slice.SetZero()
	slice.Grow(w.header.len)
	slice.SetLen(w.header.len)
	reflect.Copy(slice, w.slice)
	w.slice.Clear()
	w.slice.SetLen(0)
}

// sharedSlice reads a slice that may be shared. The slice has no capacity beyond its end, so that append copies it.
func (s *Scanner) sharedSlice(slice reflect.Value, decode Func) {
	header := (*sliceHeader)(slice.Addr().UnsafePointer())
	began := s.beginShared(slice.Type(), minSharedText)
	if began.memory != nil {
		*header = sliceHeader{began.memory, began.size, began.size}
		return
	}
	s.elements(slice, decode)
	header.cap = header.len
	memory := header.data
	if uintptr(header.len)*slice.Type().Elem().Size() == 0 {
		memory = nil
	}
	s.endShared(began, memory, header.len)
}
