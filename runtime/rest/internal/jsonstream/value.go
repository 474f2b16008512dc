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

// passString passes over a string, from quote to quote.
func (r *Reader) passString() error {
	r.pos++
	for {
		end := bytes.IndexByte(r.buf[r.pos:], '"')
		if end >= 0 && !escaped(r.buf[r.pos:r.pos+end]) {
			r.pos += end + 1
			return nil
		}
		if end >= 0 {
			r.pos += end + 1
			continue
		}
		// Look again from where the last run of backslashes began: it may go on in what comes.
		r.pos = len(bytes.TrimRight(r.buf, `\`))
		if err := r.fill(); err != nil {
			r.pos = len(r.buf)
			return r.Broke(err)
		}
	}
}

// escaped reports whether what comes after text is: whether text ends with an odd number of backslashes.
func escaped(text []byte) bool {
	return (len(text)-len(bytes.TrimRight(text, `\`)))%2 == 1
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
