package scan

import (
	"encoding/json"
	"reflect"
	"slices"

	kjson "sigs.k8s.io/json"
)

// maxDepth is how deep objects and arrays may be nested, as in sigs.k8s.io/json.
const maxDepth = 10000

// Scanner reads documents, one after the other. The zero value is ready for Reset. It is not safe for concurrent use. It shares
// equal short strings between all documents that it reads.
type Scanner struct {
	data  []byte
	pos   int
	depth int
	// failed means that the scanner has given up.
	failed  bool
	strings interned
	untyped untyped
	// scratch contains the last string with escapes.
	scratch []byte
	// objects tells of the objects and arrays that are skipped, by their depth, which are objects.
	objects [maxDepth/64 + 1]uint64
	// workspaces hold the elements of arrays, by the type of their slice.
	workspaces map[reflect.Type]*workspace
	// types caches the names of the fields of types in which unknown fields were found.
	types map[reflect.Type]map[string]bool

	options Options
	// inMetadata says that the document's field metadata is being read.
	inMetadata bool
	// nesting is how many values that may be shared are being read, one inside the other.
	nesting int
}

// Reset begins a document. The scanner reads data until the next Reset or until it gives up; data must not change meanwhile.
func (s *Scanner) Reset(data []byte) {
	s.data, s.pos, s.depth, s.nesting, s.failed = data, 0, 0, 0, false
	s.untyped.reset()
}

// SetOptions says how the next documents are read.
func (s *Scanner) SetOptions(options Options) { s.options = options }

// drops reports whether the field that begins is to be skipped. It is called for the fields of the document and of the objects
// in it, not for those deeper inside.
func (s *Scanner) drops(name []byte) bool {
	if s.depth == 1 {
		s.inMetadata = string(name) == "metadata"
		return false
	}
	return s.inMetadata && string(name) == "managedFields"
}

// GiveUp makes all later reads find nothing, and End return false, so that the caller decodes the document in another way.
func (s *Scanner) GiveUp() {
	s.failed = true
	s.data = nil
	s.pos = 0
}

// End skips white space and reports whether the whole document was read without giving up.
func (s *Scanner) End() bool {
	s.peek()
	return !s.failed && s.pos == len(s.data)
}

// peek skips white space and returns the next byte without reading it, zero at the end. It is small enough to be inlined: between most
// tokens there is no white space.
func (s *Scanner) peek() byte {
	if s.pos < len(s.data) && s.data[s.pos] > ' ' {
		return s.data[s.pos]
	}
	return s.peekBehindSpace()
}

func (s *Scanner) peekBehindSpace() byte {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// accept skips white space, and c if it is next, and reports whether it was.
func (s *Scanner) accept(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

// literal reads a word, or gives up. It reports whether the word was there.
func (s *Scanner) literal(word string) bool {
	end := s.pos + len(word)
	if end > len(s.data) || string(s.data[s.pos:end]) != word {
		s.GiveUp()
		return false
	}
	s.pos = end
	return true
}

// Null reads null if it is the next value, and reports whether it was.
func (s *Scanner) Null() bool {
	return s.peek() == 'n' && s.literal("null")
}

// deeper counts an object or array that begins. It gives up and returns false if they are nested too deep.
func (s *Scanner) deeper() bool {
	if s.depth++; s.depth > maxDepth {
		s.GiveUp()
		return false
	}
	return true
}

// IsString reports whether the next value is a string.
func (s *Scanner) IsString() bool { return s.peek() == '"' }

// Skip reads a value of any kind and discards it. It gives up if the value is invalid.
func (s *Scanner) Skip() {
	for floor := s.depth; ; {
		// A value begins.
		switch c := s.peek(); c {
		case '{', '[':
			if s.enter(c) {
				continue
			}
		default:
			s.skipScalar(c)
		}
		// A value has ended, and with it perhaps some of those around it.
		for s.depth > floor && s.leaves() {
		}
		if s.depth <= floor || s.failed {
			return
		}
	}
}

// enter reads the opening bracket of an object or array that is skipped, and the name of an object's first field. It returns false if
// there is nothing in it; then it has read the closing bracket too.
func (s *Scanner) enter(bracket byte) bool {
	s.pos++
	if !s.deeper() {
		return false
	}
	word, bit := s.depth/64, uint64(1)<<(s.depth%64)
	if bracket == '[' {
		s.objects[word] &^= bit
		if !s.accept(']') {
			return true
		}
	} else {
		s.objects[word] |= bit
		if !s.accept('}') {
			s.skipName()
			return true
		}
	}
	s.depth--
	return false
}

// leaves reads what follows a value in an object or array that is skipped. It returns true if that is the end, and false before the
// next value.
func (s *Scanner) leaves() bool {
	inObject := s.objects[s.depth/64]>>(s.depth%64)&1 == 1
	switch c := s.peek(); {
	case c == ',':
		s.pos++
		if inObject {
			s.skipName()
		}
		return false
	case c == '}' && inObject, c == ']' && !inObject:
		s.pos++
		s.depth--
		return true
	}
	s.GiveUp()
	return false
}

// skipName reads the name of a field that is skipped.
func (s *Scanner) skipName() {
	s.skipText()
	if !s.accept(':') {
		s.GiveUp()
	}
}

// skipScalar skips a value that is neither an object nor an array, and begins with c.
func (s *Scanner) skipScalar(c byte) {
	switch c {
	case '"':
		s.skipText()
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.number()
	}
}

// span reads a value and returns its text, which is part of the document.
func (s *Scanner) span() []byte {
	s.peek()
	begin := s.pos
	s.Skip()
	if s.failed {
		return nil
	}
	return s.data[begin:s.pos]
}

// Raw copies the text of a value, null included.
func Raw[T ~[]byte](s *Scanner, v *T) {
	if raw := s.span(); !s.failed {
		*v = slices.Clone(raw)
	}
}

// Unmarshaler passes the text of a value, null included, to v.UnmarshalJSON. v must not keep the text, as json.Unmarshaler
// demands. The scanner gives up if v returns an error.
func Unmarshaler(s *Scanner, v json.Unmarshaler) {
	raw := s.span()
	if s.failed || v.UnmarshalJSON(raw) != nil {
		s.GiveUp()
	}
}

// Fallback decodes a value with sigs.k8s.io/json, for types without a decoder. The scanner gives up if that fails.
func Fallback[T any](s *Scanner, v *T) {
	raw := s.span()
	if s.failed || kjson.UnmarshalCaseSensitivePreserveInts(raw, v) != nil {
		s.GiveUp()
	}
}

// inQuotes has a value as documents have it under the "string" option of encoding/json.
type inQuotes[T any] struct {
	Value T `json:"v,string"` //nolint:staticcheck // generated code calls it for types that may have the option
}

// Quoted decodes a field with the "string" option of encoding/json, which has a number, a boolean or a string as text in quotes.
// The scanner gives up if the value is something else.
func Quoted[T any](s *Scanner, v *T) {
	raw := s.span()
	q := inQuotes[T]{*v}
	if s.failed || kjson.UnmarshalCaseSensitivePreserveInts(slices.Concat([]byte(`{"v":`), raw, []byte("}")), &q) != nil {
		s.GiveUp()
		return
	}
	*v = q.Value
}
