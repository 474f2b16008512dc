package rest

import (
	"context"
	"errors"
	"fmt"
	"io"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// frameReader reads frames of other encodings than JSON; what goes wrong, the ends of streams aside, it says with the
// place.
type frameReader struct {
	io.ReadCloser

	body io.Closer
	read int64
}

func (f *frameReader) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	switch {
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrShortBuffer), errors.Is(err, context.Canceled):
		return n, err
	case utilnet.IsProbableEOF(err), utilnet.IsTimeout(err):
		return n, err
	default:
		return n, fmt.Errorf("the watch stream broke within its first %d bytes: %w", f.read, err)
	}
}

// Close closes the connection rather than read the rest of an endless answer.
func (f *frameReader) Close() error { return f.body.Close() }

type countingReader struct {
	io.ReadCloser

	read *int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	*c.read += int64(n)
	return n, err
}
