package scan

import "strconv"

// Pointer reads what v points to, into a new value where it is nil; a null makes it nil.
func Pointer[T any](s *Scanner, v **T, decode func(*Scanner, *T)) {
	if s.Null() {
		*v = nil
		return
	}
	if *v == nil {
		*v = new(T)
	}
	decode(s, *v)
}

// Slice reads an array; a null makes v nil.
func Slice[S ~[]T, T any](s *Scanner, v *S, decode func(*Scanner, *T)) {
	if s.Null() {
		*v = nil
		return
	}
	if len(*v) > 0 {
		s.GiveUp() // elements are read into what is there
		return
	}
	elements := S{}
	for a := s.Array(); a.Next(); {
		elements = append(elements, *new(T))
		decode(s, &elements[len(elements)-1])
	}
	*v = elements
}

// Map reads an object with any names; a null makes v nil.
func Map[M ~map[K]V, K ~string, V any](s *Scanner, v *M, decode func(*Scanner, *V)) {
	if s.Null() {
		*v = nil
		return
	}
	o := s.Object()
	if *v == nil {
		*v = make(M)
	}
	for o.Next() {
		key := K(s.strings.of(o.Name))
		if _, twice := (*v)[key]; twice {
			s.GiveUp()
			return
		}
		var value V
		decode(s, &value)
		(*v)[key] = value
	}
}

// Object is a loop over the fields of an object. The caller reads, or skips, a value after each Next.
type Object struct {
	// Name is that of the field, valid until its value is read.
	Name  []byte
	s     *Scanner
	state state
}

// state is how far a loop has come.
type state uint8

const (
	begun state = iota
	going
	ended
)

// Object begins an object; a null has no fields.
func (s *Scanner) Object() Object {
	return Object{s: s, state: s.open('{')}
}

// open begins an object or array, or passes over the null in its place.
func (s *Scanner) open(bracket byte) state {
	switch s.peek() {
	case bracket:
		s.pos++
		if s.deeper() {
			return begun
		}
	case 'n':
		s.literal("null")
	default:
		s.GiveUp()
	}
	return ended
}

// more stands at the next member of an object or array, and returns false at its end.
func (s *Scanner) more(at *state, bracket byte) bool {
	if *at == ended || s.failed {
		return false
	}
	c := s.peek()
	switch {
	case c == bracket:
		s.pos++
		s.depth--
		*at = ended
		return false
	case *at == begun:
		*at = going
		return true
	case c != ',':
		s.GiveUp()
		return false
	}
	s.pos++
	if s.peek() == bracket {
		s.GiveUp()
		return false
	}
	return true
}

// Next stands at the value of the next field, and returns false where there is none.
func (o *Object) Next() bool {
	s := o.s
	if !s.more(&o.state, '}') {
		return false
	}
	o.Name = s.Text()
	if !s.accept(':') {
		s.GiveUp()
	}
	return !s.failed
}

// Array is a loop over the elements of an array. The caller reads, or skips, a value after each Next.
type Array struct {
	s     *Scanner
	state state
}

// Array begins an array; a null has no elements.
func (s *Scanner) Array() Array {
	return Array{s: s, state: s.open('[')}
}

// Next stands at the next element, and returns false where there is none.
func (a *Array) Next() bool { return a.s.more(&a.state, ']') }

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
