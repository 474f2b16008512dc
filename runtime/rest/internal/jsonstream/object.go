package jsonstream

// Field passes over the name of an object's next field, and stands at its value then; done, where the object has come to
// its end instead. First says that no field came before it in this object, whose brace has been passed over.
func (r *Reader) Field(first bool) (name Span, done bool, err error) {
	c, done, err := r.member(first, '}', "after a field of an object")
	if done || err != nil {
		return Span{}, done, err
	}
	if c != '"' {
		return Span{}, false, r.Unexpected("where the name of a field was expected")
	}
	if name, err = r.Value(); err != nil {
		return Span{}, false, err
	}
	if c, err = r.SkipSpace(); err != nil {
		return Span{}, false, r.Broke(err)
	}
	if c != ':' {
		return Span{}, false, r.Unexpected("after the name of a field")
	}
	r.Next()
	if _, err = r.SkipSpace(); err != nil {
		return Span{}, false, r.Broke(err)
	}
	return name, false, nil
}

// Element stands at an array's next element then; done, where the array has come to its end instead. First says that no
// element came before it in this array, whose bracket has been passed over.
func (r *Reader) Element(first bool) (done bool, err error) {
	_, done, err = r.member(first, ']', "after an element of an array")
	return done, err
}

// member stands at the next member of an object or array, whose first byte it returns; done, where end has come instead.
// place names what comes before a comma.
func (r *Reader) member(first bool, end byte, place string) (c byte, done bool, err error) {
	if c, err = r.SkipSpace(); err != nil {
		return 0, false, r.Broke(err)
	}
	switch {
	case c == end:
		r.Next()
		return 0, true, nil
	case first:
		return c, false, nil
	case c != ',':
		return 0, false, r.Unexpected(place)
	}
	r.Next()
	if c, err = r.SkipSpace(); err != nil {
		return 0, false, r.Broke(err)
	}
	return c, false, nil
}
