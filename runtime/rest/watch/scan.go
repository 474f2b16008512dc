package watch

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
)

// span is a part of the buffer.
type span struct{ begin, end int }

// value passes over a value, whose inside is for others to judge.
func (f *jsonFrames) value() (span, error) {
	begin, depth := f.pos, 0
	for {
		if f.pos == len(f.buf) {
			if err := f.fill(); err != nil {
				return span{}, f.broke(err)
			}
		}
		switch c := f.buf[f.pos]; c {
		case '"':
			if err := f.passString(); err != nil {
				return span{}, err
			}
			if depth == 0 {
				return span{begin, f.pos}, nil
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				f.pos++
				return span{begin, f.pos}, nil
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth > 0 {
				break
			}
			if begin == f.pos {
				return span{}, f.unexpected("where a value was expected")
			}
			return span{begin, f.pos}, nil
		}
		if depth < 0 { // the end of what the value stands in
			if begin == f.pos {
				return span{}, f.unexpected("where a value was expected")
			}
			return span{begin, f.pos}, nil
		}
		f.pos++
	}
}

// passString passes over a string, from quote to quote.
func (f *jsonFrames) passString() error {
	f.pos++
	for {
		end := bytes.IndexByte(f.buf[f.pos:], '"')
		if end >= 0 && !escaped(f.buf[f.pos:f.pos+end]) {
			f.pos += end + 1
			return nil
		}
		if end >= 0 {
			f.pos += end + 1
			continue
		}
		// Look again from where the last run of backslashes began: it may go on in what comes.
		f.pos = len(bytes.TrimRight(f.buf, `\`))
		if err := f.fill(); err != nil {
			f.pos = len(f.buf)
			return f.broke(err)
		}
	}
}

// escaped reports whether what comes after text is: whether text ends with an odd number of backslashes.
func escaped(text []byte) bool {
	return (len(text)-len(bytes.TrimRight(text, `\`)))%2 == 1
}

// skipSpace passes over white space and returns the byte that comes then, which it leaves in place.
func (f *jsonFrames) skipSpace() (byte, error) {
	for {
		for ; f.pos < len(f.buf); f.pos++ {
			if c := f.buf[f.pos]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return c, nil
			}
		}
		if err := f.fill(); err != nil {
			return 0, err
		}
	}
}

// discard forgets the events that have been read.
func (f *jsonFrames) discard() {
	f.read += int64(f.pos)
	if rest := f.buf[f.pos:]; len(rest) == 0 && cap(f.buf) > 1<<20 {
		f.buf = make([]byte, 0, 4<<10) // one event was large: do not keep its room for as long as the watch lives
	} else {
		f.buf = f.buf[:copy(f.buf, rest)]
	}
	f.pos = 0
}

// fill reads more of the stream; it waits only where there is nothing to go on with.
func (f *jsonFrames) fill() error {
	if len(f.buf) >= maxFrame {
		return streaming.ErrObjectTooLarge
	}
	if len(f.buf) == cap(f.buf) {
		grown := make([]byte, len(f.buf), 2*cap(f.buf))
		copy(grown, f.buf)
		f.buf = grown
	}
	for range 100 {
		n, err := f.body.Read(f.buf[len(f.buf):cap(f.buf)])
		f.buf = f.buf[:len(f.buf)+n]
		if n > 0 {
			return nil // the error comes again
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

func (f *jsonFrames) offset() int64 { return f.read + int64(f.pos) }

func (f *jsonFrames) unexpected(where string) error {
	return fmt.Errorf("invalid character %q %s, at byte %d of the watch stream", f.buf[f.pos], where, f.offset())
}

// broke says how far the stream was read when it broke.
func (f *jsonFrames) broke(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("the watch stream broke after %d bytes: %w", f.read+int64(len(f.buf)), err)
}
