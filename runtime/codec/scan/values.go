package scan

// Map reads an object with arbitrary names, and adds to *v if it is not nil; null sets *v to nil. It gives up on a name that
// is in *v already.
func Map[M ~map[K]V, K ~string, V any](s *Scanner, v *M, decode func(*Scanner, *V)) {
	switch {
	case s.Null():
		*v = nil
	case s.options.SharedValues == nil:
		decodeMap(s, v, decode)
	case *v != nil:
		s.GiveUp() // others may share it
	default:
		sharedMap(s, v, decode)
	}
}

func decodeMap[M ~map[K]V, K ~string, V any](s *Scanner, v *M, decode func(*Scanner, *V)) {
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

// Object is an iterator over the fields of an object. After each Next that returns true, the caller must read one value.
type Object struct {
	// Name is the name of the field. It is valid until the value is read.
	Name  []byte
	s     *Scanner
	state state
}

// state is the state of an iterator.
type state uint8

const (
	begun state = iota
	going
	ended
)

// Object begins an object; null is read as an object without fields.
func (s *Scanner) Object() Object {
	return Object{s: s, state: s.open('{')}
}

// open reads the opening bracket of an object or array, or null instead of it.
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

// more advances to the next member of an object or array. It returns false at the end, where it reads the closing bracket.
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

// Next reads the name of the next field. It returns false at the end of the object.
func (o *Object) Next() bool {
	s := o.s
	for s.more(&o.state, '}') {
		o.Name = s.Text()
		if !s.accept(':') {
			s.GiveUp()
		}
		if !s.options.DropManagedFields || s.depth > 2 || !s.drops(o.Name) {
			return !s.failed
		}
		s.Skip()
	}
	return false
}

// Array is an iterator over the elements of an array. After each Next that returns true, the caller must read one value.
type Array struct {
	s     *Scanner
	state state
}

// Array begins an array; null is read as an array without elements.
func (s *Scanner) Array() Array {
	return Array{s: s, state: s.open('[')}
}

// Next advances to the next element. It returns false at the end of the array.
func (a *Array) Next() bool { return a.s.more(&a.state, ']') }
