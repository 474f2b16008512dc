package scan

import (
	"encoding/json"
	"slices"

	kjson "sigs.k8s.io/json"
)

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
