package scan

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
