//nolint:gosec // values are written from their memory, whatever their types
package encode

import "unsafe"

// As in package scan, one function writes all slices and one all pointers, whatever their types. Slice and Pointer, which check the
// types, are inlined.

// Pointer writes the value that *v points to.
func Pointer[T any](w *Writer, v **T, encode func(*Writer, *T)) {
	w.pointer(unsafe.Pointer(*v), FuncOf(encode))
}

// Slice writes an array.
func Slice[S ~[]T, T any](w *Writer, v *S, encode func(*Writer, *T)) {
	w.slice((*sliceHeader)(unsafe.Pointer(v)), unsafe.Sizeof(*new(T)), FuncOf(encode))
}

// Func is a function that encodes a value of a certain type from its memory. [FuncOf] makes it.
type Func func(w *Writer, from unsafe.Pointer)

// FuncOf returns encode as a function of another type, without code around it: all pointers are passed in the same way.
func FuncOf[T any](encode func(*Writer, *T)) Func {
	return *(*Func)(unsafe.Pointer(&encode))
}

// pointer writes the value in memory, or null.
func (w *Writer) pointer(from unsafe.Pointer, encode Func) {
	if from == nil {
		w.Null()
		return
	}
	encode(w, from)
}

// sliceHeader is the memory of a slice.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// slice writes a slice with elements of a size.
func (w *Writer) slice(v *sliceHeader, size uintptr, encode Func) {
	if !w.open('[', v.data == nil) {
		return
	}
	for i := range v.len {
		w.element()
		encode(w, unsafe.Add(v.data, uintptr(i)*size))
	}
	w.close(']')
}
