package jsonstream

// Field passes over the name of an object's next field, and stands at its value then; done, where the object has come to
// its end instead. First says that no field came before it in this object, whose brace has been passed over.
func (r *Reader) Field(first bool) (name Span, done bool, err error) {
	c, err := r.SkipSpace()
	if err != nil {
		return Span{}, false, r.Broke(err)
	}
	switch {
	case c == '}':
		r.Next()
		return Span{}, true, nil
	case c == ',' && !first:
		r.Next()
		if c, err = r.SkipSpace(); err != nil {
			return Span{}, false, r.Broke(err)
		}
	case !first:
		return Span{}, false, r.Unexpected("after a field of an object")
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
	c, err := r.SkipSpace()
	if err != nil {
		return false, r.Broke(err)
	}
	switch {
	case c == ']':
		r.Next()
		return true, nil
	case first:
		return false, nil
	case c != ',':
		return false, r.Unexpected("after an element of an array")
	}
	r.Next()
	if _, err = r.SkipSpace(); err != nil {
		return false, r.Broke(err)
	}
	return false, nil
}
