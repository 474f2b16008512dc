package scan

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
