package encode

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// maxDepth is how deep structs may be nested. encoding/json begins to look for cycles there, so it has to see deeper objects.
const maxDepth = 1000

// Writer writes objects, one after the other. The zero value is ready for use. It is not safe for concurrent use.
type Writer struct {
	data  []byte
	depth int
	// failed means that the writer has given up.
	failed bool
	// keys are those of the maps that are being written.
	keys []string
	// scanner checks what methods of other types return.
	scanner scan.Scanner
}

// Reset begins an object. The text of the last one is no longer valid.
func (w *Writer) Reset() {
	w.data, w.depth, w.failed = w.data[:0], 0, false
}

// GiveUp makes Done return false, so that the caller encodes the object in another way.
func (w *Writer) GiveUp() { w.failed = true }

// Done returns what was written since Reset, which is valid until the next one. ok is false if the Writer has given up.
func (w *Writer) Done() (text []byte, ok bool) { return w.data, !w.failed }

// The methods and functions that every field needs are not inlined, which would double the code of encoders.

// Begin begins the object of a struct. It returns false if the Writer has given up: the caller need not write the fields.
//
//go:noinline
func (w *Writer) Begin() bool {
	if w.depth++; w.depth > maxDepth {
		w.GiveUp()
	}
	if w.failed {
		return false
	}
	w.data = append(w.data, '{')
	return true
}

// End ends the object of a struct.
//
//go:noinline
func (w *Writer) End() {
	w.depth--
	w.data = append(w.data, '}')
}

// Name writes the name of a field, which has its escapes already, and returns w to write the value with.
//
//go:noinline
func (w *Writer) Name(name string) *Writer {
	w.separate()
	w.data = append(w.data, '"')
	w.data = append(w.data, name...)
	w.data = append(w.data, '"', ':')
	return w
}

// separate writes a comma unless an object or array has just begun. No value ends with an opening bracket.
func (w *Writer) separate() {
	if last := w.data[len(w.data)-1]; last != '{' && last != '[' {
		w.data = append(w.data, ',')
	}
}

// open writes the opening bracket of an object or array, or null instead of it.
//
//go:noinline
func (w *Writer) open(bracket byte, isNull bool) bool {
	if isNull {
		w.Null()
		return false
	}
	w.data = append(w.data, bracket)
	return true
}

// element begins an element of an array.
//
//go:noinline
func (w *Writer) element() { w.separate() }

// key writes the key of an entry of a map.
//
//go:noinline
func (w *Writer) key(key string) {
	w.separate()
	w.Text(key)
	w.data = append(w.data, ':')
}

// close writes a closing bracket.
//
//go:noinline
func (w *Writer) close(bracket byte) { w.data = append(w.data, bracket) }

// addKey adds to the keys of the map that is being written. sortKeys sorts those from begin on and returns them, dropKeys forgets them.
//
//go:noinline
func (w *Writer) addKey(key string) { w.keys = append(w.keys, key) }

//go:noinline
func (w *Writer) sortKeys(begin int) []string {
	keys := w.keys[begin:]
	slices.Sort(keys)
	return keys
}

//go:noinline
func (w *Writer) dropKeys(begin int) {
	clear(w.keys[begin:]) // the writer must not keep them in memory
	w.keys = w.keys[:begin]
}

// Null writes null.
//
//go:noinline
func (w *Writer) Null() { w.data = append(w.data, "null"...) }

//go:noinline
func (w *Writer) truth(v bool) { w.data = strconv.AppendBool(w.data, v) }

//go:noinline
func (w *Writer) signed(v int64) { w.data = strconv.AppendInt(w.data, v, 10) }

//go:noinline
func (w *Writer) unsigned(v uint64) { w.data = strconv.AppendUint(w.data, v, 10) }

// number writes a number of 32 or 64 bits.
func (w *Writer) number(n float64, size int) {
	if math.IsInf(n, 0) || math.IsNaN(n) {
		w.GiveUp()
		return
	}
	small, large := math.Abs(n) < 1e-6, math.Abs(n) >= 1e21
	if size == 32 { // the bounds are rounded, too
		small, large = math.Abs(n) < float64(float32(1e-6)), math.Abs(n) >= float64(float32(1e21))
	}
	if n == 0 || !small && !large {
		w.data = strconv.AppendFloat(w.data, n, 'f', -1, size)
		return
	}
	w.data = strconv.AppendFloat(w.data, n, 'e', -1, size)
	// strconv writes two digits of an exponent, encoding/json one if the exponent is negative and small.
	if end := len(w.data); string(w.data[end-4:end-1]) == "e-0" {
		w.data = append(w.data[:end-2], w.data[end-1])
	}
}

// base64 writes bytes in base64.
func (w *Writer) base64(data []byte) {
	if data == nil {
		w.Null()
		return
	}
	w.data = append(w.data, '"')
	w.data = base64.StdEncoding.AppendEncode(w.data, data)
	w.data = append(w.data, '"')
}

// Time writes a time in quotes. The layout must have no characters that JSON escapes.
func (w *Writer) Time(t time.Time, layout string) {
	w.data = append(w.data, '"')
	w.data = t.AppendFormat(w.data, layout)
	w.data = append(w.data, '"')
}
