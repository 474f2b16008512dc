package encode

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// Text writes a string in quotes.
func (w *Writer) Text(s string) {
	b := w.data
	b = append(b, '"')
	for len(s) > 0 {
		n := plain(s)
		b = append(b, s[:n]...)
		if s = s[n:]; s == "" {
			break
		}
		if s[0] < utf8.RuneSelf {
			b = appendEscape(b, s[0])
			s = s[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, `\ufffd`...)
		case r == '\u2028', r == '\u2029':
			b = append(b, `\u202`...)
			b = append(b, hex[r&0xf])
		default:
			b = append(b, s[:size]...)
		}
		s = s[size:]
	}
	b = append(b, '"')
	w.data = b
}

const hex = "0123456789abcdef"

// appendEscape appends an ASCII character as an escape: a letter after a backslash if JSON has one, otherwise its number.
func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
}

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// special finds, among eight bytes, those that are below least, not ASCII, or <, > or &: the high bit of such a byte is set. It may also
// be set for bytes above such a byte, to which a borrow goes, so only the lowest is certain.
func special(w, least uint64) uint64 {
	amp, angle := w^('&'*low), (w|2*low)^('>'*low) // < and > differ in one bit
	return ((w - least*low) | (amp - low) | (angle - low) | w) & high
}

// plain returns the number of bytes at the beginning of s that stand in JSON as they are: ASCII, except control characters below
// space, quotes, backslashes, and what HTML gives a meaning: <, > and &. It tests eight at once.
func plain(s string) int {
	data := unsafe.Slice(unsafe.StringData(s), len(s)) //nolint:gosec // only read here
	n := 0
	for ; len(data)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(data[n:])
		quote, escape := w^('"'*low), w^('\\'*low)
		if at := special(w, ' ') | ((quote-low)|(escape-low))&high; at != 0 {
			return n + bits.TrailingZeros64(at)/8
		}
	}
	for ; n < len(data); n++ {
		if class[data[n]] != ordinary {
			break
		}
	}
	return n
}

// The classes of bytes.
const (
	ordinary = iota
	// space is white space between the values of a document.
	space
	// quoted has to be escaped in a string.
	quoted
	// html has to be escaped, too, but is valid in a string that comes from elsewhere.
	html
	// wide is a part of a longer character.
	wide
)

// class is the class of each byte.
var class = func() (of [256]uint8) {
	for c := range of {
		switch {
		case c == ' ':
		case c == '\t', c == '\n', c == '\r':
			of[c] = space
		case c < ' ', c == '"', c == '\\':
			of[c] = quoted
		case c == '<', c == '>', c == '&':
			of[c] = html
		case c >= utf8.RuneSelf:
			of[c] = wide
		}
	}
	return of
}()
