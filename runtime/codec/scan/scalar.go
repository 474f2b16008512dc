package scan

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"unsafe"
)

// String reads a string; null leaves v unchanged.
func String[T ~string](s *Scanner, v *T) {
	if s.Null() {
		return
	}
	if text := s.Text(); !s.failed {
		*v = T(s.strings.of(text))
	}
}

// Bool reads true or false; null leaves v unchanged.
func Bool[T ~bool](s *Scanner, v *T) {
	switch s.peek() {
	case 't':
		if s.literal("true") {
			*v = true
		}
	case 'f':
		if s.literal("false") {
			*v = false
		}
	case 'n':
		s.literal("null")
	default:
		s.GiveUp()
	}
}

// Int reads an integer in the range of T; null leaves v unchanged.
func Int[T ~int | ~int8 | ~int16 | ~int32 | ~int64](s *Scanner, v *T) {
	if s.Null() {
		return
	}
	n, err := strconv.ParseInt(view(s.number()), 10, int(unsafe.Sizeof(*v))*8)
	if err != nil {
		s.GiveUp()
		return
	}
	*v = T(n)
}

// Uint reads an integer in the range of T; null leaves v unchanged.
func Uint[T ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](s *Scanner, v *T) {
	if s.Null() {
		return
	}
	n, err := strconv.ParseUint(view(s.number()), 10, int(unsafe.Sizeof(*v))*8)
	if err != nil {
		s.GiveUp()
		return
	}
	*v = T(n)
}

// Float reads a number in the range of T; null leaves v unchanged.
func Float[T ~float32 | ~float64](s *Scanner, v *T) {
	if s.Null() {
		return
	}
	n, err := strconv.ParseFloat(view(s.number()), int(unsafe.Sizeof(*v))*8)
	if err != nil {
		s.GiveUp()
		return
	}
	*v = T(n)
}

// Number reads a number as text; null leaves v unchanged. It gives up on a number in a string, which sigs.k8s.io/json checks.
func Number(s *Scanner, v *json.Number) {
	if s.Null() {
		return
	}
	if text := s.number(); !s.failed {
		*v = json.Number(text)
	}
}

// Bytes reads a string in base64; null sets v to nil.
func Bytes[T ~[]byte](s *Scanner, v *T) {
	if s.Null() {
		*v = nil
		return
	}
	text := s.Text()
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(data, text)
	if s.failed || err != nil {
		s.GiveUp()
		return
	}
	*v = data[:n]
}

// view returns text as a string that shares its memory, for functions that do not keep it.
func view(text []byte) string {
	return unsafe.String(unsafe.SliceData(text), len(text)) //nolint:gosec // the text does not change while it is parsed
}

// number reads a number and returns its text, which is part of the document. It gives up and returns nil if there is none.
func (s *Scanner) number() []byte {
	s.peek()
	begin := s.pos
	s.pass('-', '-')
	if !s.pass('0', '0') && !s.digits() {
		s.GiveUp()
		return nil
	}
	if s.pass('.', '.') && !s.digits() {
		s.GiveUp()
		return nil
	}
	if s.pass('e', 'e') || s.pass('E', 'E') {
		_ = s.pass('+', '+') || s.pass('-', '-')
		if !s.digits() {
			s.GiveUp()
			return nil
		}
	}
	return s.data[begin:s.pos]
}

// pass skips the next byte if it is in the range from–to, and reports whether it did.
func (s *Scanner) pass(from, to byte) bool {
	if s.pos < len(s.data) && from <= s.data[s.pos] && s.data[s.pos] <= to {
		s.pos++
		return true
	}
	return false
}

// digits skips digits and reports whether there were any.
func (s *Scanner) digits() bool {
	begin := s.pos
	for s.pass('0', '9') {
	}
	return s.pos > begin
}
