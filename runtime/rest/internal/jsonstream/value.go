package jsonstream

import "bytes"

// Span is a part of a Reader's buffer.
type Span struct{ begin, end int }

// Value passes over a value, whose inside is for others to judge, and returns where it stands.
func (r *Reader) Value() (Span, error) {
	begin, depth := r.pos, 0
	for {
		if r.pos == len(r.buf) {
			if err := r.fill(); err != nil {
				return Span{}, r.Broke(err)
			}
		}
		switch c := r.buf[r.pos]; c {
		case '"':
			if err := r.passString(); err != nil {
				return Span{}, err
			}
			if depth == 0 {
				return Span{begin, r.pos}, nil
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				r.pos++
				return Span{begin, r.pos}, nil
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth > 0 {
				break
			}
			if begin == r.pos {
				return Span{}, r.Unexpected("where a value was expected")
			}
			return Span{begin, r.pos}, nil
		}
		if depth < 0 { // the end of what the value stands in
			if begin == r.pos {
				return Span{}, r.Unexpected("where a value was expected")
			}
			return Span{begin, r.pos}, nil
		}
		r.pos++
	}
}

// passString passes over a string, from quote to quote. It looks at each byte once or twice, however small the pieces are that the
// string comes in.
func (r *Reader) passString() error {
	r.pos++
	// Most strings are in the buffer as a whole, and have no escape at the end.
	if end := bytes.IndexByte(r.buf[r.pos:], '"'); end == 0 || end > 0 && r.buf[r.pos+end-1] != '\\' {
		r.pos += end + 1
		return nil
	}
	escaped := false // whether the byte at pos is, by a backslash before it
	for {
		rest := r.buf[r.pos:]
		end := bytes.IndexByte(rest, '"')
		if end < 0 {
			end = len(rest)
		}
		escaped = escapes(rest[:end], escaped)
		r.pos += end
		switch {
		case end == len(rest):
			if err := r.fill(); err != nil {
				return r.Broke(err)
			}
		case escaped:
			r.pos, escaped = r.pos+1, false
		default:
			r.pos++
			return nil
		}
	}
}

// escapes reports whether what comes after text is escaped: whether text ends with an odd number of backslashes. First tells
// whether the first byte of text is escaped itself.
func escapes(text []byte, first bool) bool {
	run := len(text) - len(bytes.TrimRight(text, `\`))
	odd := run%2 == 1
	return odd != (first && run == len(text))
}

// SkipSpace passes over white space and returns the byte that comes then, which it leaves in place. What the source says
// when it has no more is returned as it is.
func (r *Reader) SkipSpace() (byte, error) {
	for {
		for ; r.pos < len(r.buf); r.pos++ {
			if c := r.buf[r.pos]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return c, nil
			}
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
}

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
