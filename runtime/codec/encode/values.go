package encode

import (
	"encoding/binary"
	"encoding/json"
	"unsafe"
)

// String writes a string.
func String[T ~string](w *Writer, v *T) { w.Text(string(*v)) }

// Bool writes true or false.
func Bool[T ~bool](w *Writer, v *T) { w.truth(bool(*v)) }

// Int writes an integer.
func Int[T ~int | ~int8 | ~int16 | ~int32 | ~int64](w *Writer, v *T) { w.signed(int64(*v)) }

// Uint writes an integer.
func Uint[T ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](w *Writer, v *T) {
	w.unsigned(uint64(*v))
}

// Float writes a number. It gives up on infinity and on what is not a number.
func Float[T ~float32 | ~float64](w *Writer, v *T) { w.number(float64(*v), int(unsafe.Sizeof(*v))*8) }

// Bytes writes a string in base64.
func Bytes[T ~[]byte](w *Writer, v *T) { w.base64(*v) }

// Map writes an object whose names are the keys, sorted. encoding/json cannot take the address of the values, so they must not
// contain types for which that makes a difference: those with a method of their pointer that returns JSON or text.
func Map[M ~map[K]V, K ~string, V any](w *Writer, v *M, encode func(*Writer, *V)) {
	if !w.open('{', *v == nil) {
		return
	}
	begin := len(w.keys)
	for key := range *v {
		w.addKey(string(key))
	}
	var value V
	for _, key := range w.sortKeys(begin) {
		w.key(key)
		value = (*v)[K(key)]
		encode(w, &value)
	}
	w.dropKeys(begin)
	w.close('}')
}

// Marshaler writes what the MarshalJSON method of *v returns. It gives up if that fails or is invalid.
func Marshaler[T any](w *Writer, v *T) {
	m, ok := any(v).(json.Marshaler)
	if !ok {
		Fallback(w, v)
		return
	}
	data, err := m.MarshalJSON()
	if err != nil {
		w.GiveUp()
		return
	}
	w.Raw(data)
}

// Fallback writes a value with encoding/json, for types without an encoder. It gives up if that fails.
func Fallback[T any](w *Writer, v *T) {
	data, err := json.Marshal(v)
	if err != nil {
		w.GiveUp()
		return
	}
	w.data = append(w.data, data...)
}

// inQuotes has a value as documents have it under the "string" option of encoding/json.
type inQuotes[T any] struct {
	Value T `json:"v,string"` //nolint:staticcheck // generated code calls it for types that may have the option
}

// Quoted writes a field with the "string" option of encoding/json, which has a number, a boolean or a string as text in quotes.
// It gives up if encoding/json cannot write the value.
func Quoted[T any](w *Writer, v *T) {
	data, err := json.Marshal(inQuotes[T]{*v})
	if err != nil {
		w.GiveUp()
		return
	}
	w.data = append(w.data, data[len(`{"v":`):len(data)-len("}")]...)
}

// Raw writes a document without the white space between its values and with escapes for HTML. It gives up if the document is
// invalid, and on text that is not UTF-8.
func (w *Writer) Raw(data []byte) {
	w.scanner.Reset(data)
	w.scanner.Skip()
	if !w.scanner.End() {
		w.GiveUp()
		return
	}
	w.scanner.Reset(nil)
	if isCompact(data) {
		w.data = append(w.data, data...)
		return
	}
	b, begin, inText := w.data, 0, false
	for i := 0; i < len(data); i++ {
		c := data[i]
		of := class[c]
		if of == ordinary && (c != ' ' || inText) {
			continue
		}
		switch {
		case c == '"':
			inText = !inText
			continue
		case c == '\\':
			i++ // what follows is neither the end of the string nor to be escaped
			continue
		case of == html:
			b = append(b, data[begin:i]...)
			b = appendEscape(b, c)
		case of == wide:
			if !isLineEnd(data[i:]) {
				continue
			}
			b = append(b, data[begin:i]...)
			b = append(b, `\u202`...)
			b = append(b, hex[data[i+2]&0xf])
			i += 2
		default: // white space, which strings do not contain
			b = append(b, data[begin:i]...)
		}
		begin = i + 1
	}
	b = append(b, data[begin:]...)
	w.data = b
}

// isCompact reports whether a document can stand as it is, since it has neither white space nor characters that need more than ASCII or
// that HTML gives a meaning. It tests eight bytes at once. A server's managed fields are such documents.
func isCompact(data []byte) bool {
	for ; len(data) >= 8; data = data[8:] {
		if special(binary.LittleEndian.Uint64(data), ' '+1) != 0 {
			return false
		}
	}
	for _, c := range data {
		if c <= ' ' || class[c] == html || class[c] == wide {
			return false
		}
	}
	return true
}

// isLineEnd reports whether text begins with U+2028 or U+2029.
func isLineEnd(text []byte) bool {
	return len(text) >= 3 && text[0] == 0xe2 && text[1] == 0x80 && text[2]&^1 == 0xa8
}
