package apitest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
)

// memoryEndpoint is a server without a network: a round tripper calls its handler. Every goroutine belongs to a request
// and ends with it, and nothing waits for anything but channels and clocks, so it works in the bubbles of testing/synctest.
type memoryEndpoint struct {
	mu      sync.Mutex
	handler http.Handler // nil while it is stopped
	ctx     context.Context
	cancel  context.CancelFunc
	serving *sync.WaitGroup
}

func (e *memoryEndpoint) start(handler http.Handler) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.handler, e.serving = handler, &sync.WaitGroup{}
	return nil
}

func (e *memoryEndpoint) stop() {
	e.mu.Lock()
	e.handler = nil
	e.cancel()
	serving := e.serving
	e.mu.Unlock()
	serving.Wait()
}

func (*memoryEndpoint) url() string { return "http://apitest.invalid" }

func (e *memoryEndpoint) transport() http.RoundTripper { return e }

// RoundTrip answers a request.
func (e *memoryEndpoint) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer func() { _ = req.Body.Close() }()
	}
	if err := context.Cause(req.Context()); err != nil {
		return nil, err
	}
	e.mu.Lock()
	if e.handler == nil {
		e.mu.Unlock()
		return nil, &net.OpError{Op: "dial", Net: "memory", Err: syscall.ECONNREFUSED}
	}
	ctx, cancel := context.WithCancel(e.ctx)
	w := newMemoryAnswer(ctx, req, cancel)
	stop := context.AfterFunc(req.Context(), func() {
		_ = w.body.CloseWithError(context.Cause(req.Context()))
		cancel()
	})
	handler := e.handler
	e.serving.Go(func() {
		defer stop()
		defer cancel()
		w.serve(handler, req.Clone(ctx))
	})
	e.mu.Unlock()
	select {
	case <-w.begun:
	case <-req.Context().Done():
		w.end(req.Context().Err())
		return nil, req.Context().Err()
	}
	return w.response, w.err
}

// memoryAnswer is an answer on its way from the handler to the client.
type memoryAnswer struct {
	ctx      context.Context // ends with the client or the server
	header   http.Header
	body     *io.PipeWriter
	response *http.Response
	once     sync.Once
	begun    chan struct{}
	err      error // in place of a response; read it after begun
	broken   error // how the connection breaks when the handler aborts
}

func newMemoryAnswer(ctx context.Context, req *http.Request, gone context.CancelFunc) *memoryAnswer {
	reader, writer := io.Pipe()
	return &memoryAnswer{
		ctx: ctx, header: http.Header{}, body: writer, begun: make(chan struct{}), broken: io.ErrUnexpectedEOF,
		response: &http.Response{
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1, Request: req,
			Body: &memoryBody{reader, gone},
		},
	}
}

// memoryBody tells the handler when the client has had enough.
type memoryBody struct {
	*io.PipeReader

	gone context.CancelFunc
}

func (b *memoryBody) Close() error {
	b.gone()
	return b.PipeReader.Close()
}

func (w *memoryAnswer) serve(handler http.Handler, req *http.Request) {
	defer func() {
		switch failure := recover(); failure {
		case nil:
			w.WriteHeader(http.StatusOK)
			w.end(nil)
		case http.ErrAbortHandler:
			w.end(w.broken)
		default:
			panic(failure)
		}
	}()
	if req.Body == nil {
		req.Body = http.NoBody
	}
	handler.ServeHTTP(w, req)
}

// end ends the answer: in order, or by an error that the client gets.
func (w *memoryAnswer) end(err error) {
	w.once.Do(func() {
		w.err, w.response = err, nil
		if errors.Is(err, io.ErrUnexpectedEOF) {
			w.err = io.EOF // what a client sees of a connection that ends before an answer
		}
		close(w.begun)
	})
	_ = w.body.CloseWithError(err)
}

func (w *memoryAnswer) Header() http.Header { return w.header }

func (w *memoryAnswer) WriteHeader(code int) {
	w.once.Do(func() {
		w.response.StatusCode, w.response.Status = code, http.StatusText(code)
		w.response.Header = w.header.Clone()
		close(w.begun)
	})
}

func (w *memoryAnswer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	// A client that does not read holds nobody up once it has gone, or the server is to stop.
	defer context.AfterFunc(w.ctx, func() { _ = w.body.CloseWithError(io.ErrUnexpectedEOF) })()
	return w.body.Write(p)
}

// Flush sends the header; pieces of the body do not wait anyway.
func (w *memoryAnswer) Flush() { w.WriteHeader(http.StatusOK) }

var errNoConnection = errors.New("there is no connection to take over")

// Hijack fails. Who asks for a connection means to break it, so an abort that follows is a reset to the client.
func (w *memoryAnswer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.broken = &net.OpError{Op: "read", Net: "memory", Err: syscall.ECONNRESET}
	return nil, nil, errNoConnection
}
