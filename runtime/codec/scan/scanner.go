package scan

import (
	"encoding/json"
	"reflect"
	"slices"

	kjson "sigs.k8s.io/json"
)

// maxDepth is how deep objects and arrays may lie within each other, as in sigs.k8s.io/json.
const maxDepth = 10000

// Scanner reads a document. The zero value is ready for Reset. It belongs to one goroutine at a time; one that is used
// again shares equal short strings between all the documents that it reads.
type Scanner struct {
	data  []byte
	pos   int
	depth int
	// failed is set once the scanner has given up.
	failed  bool
	strings interned
	scratch []byte
	// types remembers the names of the fields of the types that unknown fields were found in.
	types map[reflect.Type]map[string]bool
}

// Reset begins a document. The scanner reads from data until the next Reset; nobody may write to it meanwhile.
func (s *Scanner) Reset(data []byte) {
	s.data, s.pos, s.depth, s.failed = data, 0, 0, false
}

// GiveUp has the document decoded by other means.
func (s *Scanner) GiveUp() {
	s.failed = true
	s.data = nil // what is still asked for finds nothing
	s.pos = 0
}

// End reports whether the document was read to its end, without giving up.
func (s *Scanner) End() bool {
	s.peek()
	return !s.failed && s.pos == len(s.data)
}

// peek passes over white space and returns the byte that follows, which it leaves in place; zero at the end.
func (s *Scanner) peek() byte {
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

// accept passes over c if it comes next.
func (s *Scanner) accept(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

// literal passes over a word whose first letter has been seen, or gives up.
func (s *Scanner) literal(word string) bool {
	end := s.pos + len(word)
	if end > len(s.data) || string(s.data[s.pos:end]) != word {
		s.GiveUp()
		return false
	}
	s.pos = end
	return true
}

// Null passes over a null and reports whether there was one.
func (s *Scanner) Null() bool {
	return s.peek() == 'n' && s.literal("null")
}

func (s *Scanner) deeper() bool {
	if s.depth++; s.depth > maxDepth {
		s.GiveUp()
		return false
	}
	return true
}

// IsString reports whether the next value is a string.
func (s *Scanner) IsString() bool { return s.peek() == '"' }

// Skip passes over a value of any kind, which has to be valid.
func (s *Scanner) Skip() {
	switch c := s.peek(); c {
	case '{':
		for o := s.Object(); o.Next(); {
			s.Skip()
		}
	case '[':
		for a := s.Array(); a.Next(); {
			s.Skip()
		}
	case '"':
		s.Text()
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

// span passes over a value and returns it as it is written.
func (s *Scanner) span() []byte {
	s.peek()
	begin := s.pos
	s.Skip()
	if s.failed {
		return nil
	}
	return s.data[begin:s.pos]
}

// Raw reads a value as it is written; a null is one too.
func Raw[T ~[]byte](s *Scanner, v *T) {
	if raw := s.span(); !s.failed {
		*v = slices.Clone(raw)
	}
}

// Unmarshaler has v read a value, null included. v must not keep what it is given, as the contract of json.Unmarshaler
// has it.
func Unmarshaler(s *Scanner, v json.Unmarshaler) {
	raw := s.span()
	if s.failed || v.UnmarshalJSON(raw) != nil {
		s.GiveUp()
	}
}

// Fallback has sigs.k8s.io/json read a value, for types that have no decoder.
func Fallback[T any](s *Scanner, v *T) {
	raw := s.span()
	if s.failed || kjson.UnmarshalCaseSensitivePreserveInts(raw, v) != nil {
		s.GiveUp()
	}
}
