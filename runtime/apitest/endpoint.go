package apitest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// endpoint is where requests come in. It can be started again after it has stopped, at the same address.
type endpoint interface {
	start(handler http.Handler) error
	// stop ends all requests and waits for them.
	stop()
	url() string
	// transport is nil where clients dial.
	transport() http.RoundTripper
}

// tcpEndpoint listens on the loopback interface.
type tcpEndpoint struct {
	addr    string      // of the first start, which all others keep
	tls     *tls.Config // nil for plain HTTP
	http    *http.Server
	cancel  context.CancelFunc
	serving sync.WaitGroup
	// unused are the connections on which nothing has been asked yet.
	unused sync.Map
}

func (e *tcpEndpoint) start(handler http.Handler) error {
	addr := e.addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on loopback: %w", err)
	}
	e.addr = listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	e.http = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         e.note,
		ErrorLog:          log.New(io.Discard, "", 0), // clients that break off are what tests are about
	}
	if e.tls != nil {
		e.http.TLSConfig = e.tls.Clone()
		e.serving.Go(func() { _ = e.http.ServeTLS(listener, "", "") })
		return nil
	}
	e.serving.Go(func() { _ = e.http.Serve(listener) })
	return nil
}

func (e *tcpEndpoint) note(conn net.Conn, state http.ConnState) {
	if state == http.StateNew {
		e.unused.Store(conn, nil)
	} else {
		e.unused.Delete(conn)
	}
}

func (e *tcpEndpoint) stop() {
	e.cancel()
	// Clients open connections in reserve; the server would wait five seconds for a first request on them.
	e.unused.Range(func(conn, _ any) bool {
		if conn, ok := conn.(net.Conn); ok {
			_ = conn.Close()
		}
		return true
	})
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := e.http.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		_ = e.http.Close()
	}
	e.serving.Wait()
}

func (e *tcpEndpoint) url() string {
	if e.tls != nil {
		return "https://" + e.addr
	}
	return "http://" + e.addr
}

func (*tcpEndpoint) transport() http.RoundTripper { return nil }
