package scan

import (
	"strconv"
)

// Any reads a value of any kind, as sigs.k8s.io/json does: numbers as int64 where they are whole and fit, else as float64.
func Any(s *Scanner, v *any) {
	if *v != nil {
		s.GiveUp() // a value that is there may be a pointer, to be read into
		return
	}
	switch s.peek() {
	case '{':
		members := map[string]any{}
		for o := s.Object(); o.Next(); {
			key := s.strings.of(o.Name)
			if _, twice := members[key]; twice {
				s.GiveUp()
				return
			}
			var member any
			Any(s, &member)
			members[key] = member
		}
		*v = members
	case '[':
		elements := []any{}
		for a := s.Array(); a.Next(); {
			var element any
			Any(s, &element)
			elements = append(elements, element)
		}
		*v = elements
	case '"':
		var text string
		String(s, &text)
		*v = text
	case 't', 'f':
		var truth bool
		Bool(s, &truth)
		*v = truth
	case 'n':
		s.literal("null")
	default:
		*v = s.anyNumber()
	}
}

// anyNumber reads a number as what holds it best.
func (s *Scanner) anyNumber() any {
	text := view(s.number())
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		s.GiveUp()
	}
	return n
}
