package scan

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// Text reads a string and returns its content, which is valid until the next string is read. It gives up on any other value, and
// on bytes that are not UTF-8, which sigs.k8s.io/json replaces by U+FFFD.
func (s *Scanner) Text() []byte {
	if !s.accept('"') {
		s.GiveUp()
		return nil
	}
	begin := s.pos
	for s.pos < len(s.data) {
		s.pos += plain(s.data[s.pos:])
		if s.pos == len(s.data) {
			break
		}
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return s.data[begin : s.pos-1]
		case c == '\\':
			return s.unescape(begin)
		case c < ' ':
			s.GiveUp()
			return nil
		case !s.rune():
			return nil
		}
	}
	s.GiveUp()
	return nil
}

// skipText reads a string like Text, but does not return it.
func (s *Scanner) skipText() {
	if !s.accept('"') {
		s.GiveUp()
	}
	for s.pos < len(s.data) {
		s.pos += plain(s.data[s.pos:])
		if s.pos == len(s.data) {
			break
		}
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return
		case c == '\\':
			s.escape()
		case c < ' ':
			s.GiveUp()
		default:
			s.rune()
		}
	}
	s.GiveUp()
}

// rune skips a character of more than one byte. It gives up and returns false if it is not UTF-8.
func (s *Scanner) rune() bool {
	r, size := utf8.DecodeRune(s.data[s.pos:])
	if r == utf8.RuneError && size <= 1 {
		s.GiveUp()
		return false
	}
	s.pos += size
	return true
}

// plain returns the number of bytes at the beginning of data that are ASCII, except quotes, backslashes and control characters
// below space. It tests eight at once.
func plain(data []byte) int {
	const low, high = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; len(data)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(data[n:])
		quote, escape := w^('"'*low), w^('\\'*low)
		// The high bit of a byte is set if the byte is below a space, a quote, a backslash, or not ASCII. A borrow can also set it
		// for bytes above such a byte, so only the lowest is certain.
		special := (w - ' '*low) | (quote - low) | (escape - low) | w
		if special &= high; special != 0 {
			return n + bits.TrailingZeros64(special)/8
		}
	}
	for ; n < len(data); n++ {
		if c := data[n]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return n
}

// unescape reads a string with escapes into the scratch buffer. The string began at begin; the next byte is its first backslash.
func (s *Scanner) unescape(begin int) []byte {
	out := s.scratch[:0]
	out = append(out, s.data[begin:s.pos]...)
	for s.pos < len(s.data) {
		n := plain(s.data[s.pos:])
		out = append(out, s.data[s.pos:s.pos+n]...)
		if s.pos += n; s.pos == len(s.data) {
			break
		}
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			s.scratch = out
			return out
		case c == '\\':
			r, ok := s.escape()
			if !ok {
				return nil
			}
			out = utf8.AppendRune(out, r)
		case c < ' ':
			s.GiveUp()
			return nil
		default:
			from := s.pos
			if !s.rune() {
				return nil
			}
			out = append(out, s.data[from:s.pos]...)
		}
	}
	s.GiveUp()
	return nil
}

// escape reads an escape. It gives up on half of a surrogate pair.
func (s *Scanner) escape() (rune, bool) {
	if s.pos+1 < len(s.data) {
		c := s.data[s.pos+1]
		if c == 'u' {
			return s.escapedRune()
		}
		if r := simpleEscapes[c]; r != 0 {
			s.pos += 2
			return rune(r), true
		}
	}
	s.GiveUp()
	return 0, false
}

// simpleEscapes are the characters of escapes with one letter, such as \n, by that letter.
var simpleEscapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escapedRune reads a character in the form \uXXXX, or a surrogate pair of two.
func (s *Scanner) escapedRune() (rune, bool) {
	r, ok := s.hex()
	if ok && utf16.IsSurrogate(r) {
		var second rune
		if second, ok = s.hex(); ok {
			if r = utf16.DecodeRune(r, second); r == utf8.RuneError {
				ok = false
			}
		}
	}
	if !ok {
		s.GiveUp()
	}
	return r, ok
}

// hex reads \u and four hexadecimal digits. It reports whether they were there.
func (s *Scanner) hex() (rune, bool) {
	const size = 6
	if len(s.data)-s.pos < size || s.data[s.pos] != '\\' || s.data[s.pos+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range s.data[s.pos+2 : s.pos+size] {
		r <<= 4
		switch {
		case '0' <= c && c <= '9':
			r |= rune(c - '0')
		case 'a' <= c && c <= 'f':
			r |= rune(c - 'a' + 10)
		case 'A' <= c && c <= 'F':
			r |= rune(c - 'A' + 10)
		default:
			return 0, false
		}
	}
	s.pos += size
	return r, true
}

const (
	// maxShared is the length of the longest string that is shared.
	maxShared = 64
	// places is how many strings are kept for sharing.
	places = 1 << 10
)

// interned is a table of short strings, by which equal ones share memory. A new string replaces one at the same place of the
// table. The zero value is ready to use.
type interned struct {
	seed  maphash.Seed
	known *[places]string
}

// boxed is the same for strings in interfaces, which share what the interface points to as well.
type boxed struct {
	seed  maphash.Seed
	known *[places]any
}

// of returns a string with the content of text, a shared one if it is short.
func (k *boxed) of(text []byte) any {
	if len(text) > maxShared {
		return string(text)
	}
	if k.known == nil {
		k.seed, k.known = maphash.MakeSeed(), new([places]any)
	}
	place := &k.known[maphash.Bytes(k.seed, text)%places]
	if known, ok := (*place).(string); !ok || known != string(text) {
		*place = string(text)
	}
	return *place
}

// of returns a string with the content of text, a shared one if it is short.
func (k *interned) of(text []byte) string {
	if len(text) > maxShared {
		return string(text)
	}
	if len(text) == 0 {
		return ""
	}
	if k.known == nil {
		k.seed, k.known = maphash.MakeSeed(), new([places]string)
	}
	place := &k.known[maphash.Bytes(k.seed, text)%places]
	if *place != string(text) {
		*place = string(text)
	}
	return *place
}
