package websocket

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	gwebsocket "github.com/gorilla/websocket"
	"k8s.io/streaming/pkg/httpstream/wsstream"

	"github.com/typewright/typewright/runtime/internal/upgrade"
)

// handshake is the connection that gorilla's dialer makes its handshake over. It sends the request of the handshake through a
// round tripper, so that proxies, TLS and dial functions are those of every other request, and the answer of a server that
// refuses can be read to its end. Afterwards it is the connection to the server.
type handshake struct {
	net.Conn // nil before the server has switched protocols

	rt      http.RoundTripper
	req     *http.Request
	written bytes.Buffer // what the dialer has sent, until the request is complete
	answer  bytes.Buffer // what the dialer has not read of the response
	refused *http.Response
	failed  error
}

func newHandshake(rt http.RoundTripper, req *http.Request) *handshake {
	return &handshake{rt: rt, req: req}
}

// do makes the handshake. The connection belongs to the caller if there is no error.
func (h *handshake) do() (*gwebsocket.Conn, *http.Response, error) {
	target, err := h.target()
	if err != nil {
		return nil, nil, err
	}
	dial := func(context.Context, string, string) (net.Conn, error) { return h, nil }
	dialer := gwebsocket.Dialer{
		NetDialContext:    dial,
		NetDialTLSContext: dial,
		Subprotocols:      h.req.Header.Values(wsstream.WebSocketProtocolHeader),
		// One more kilobyte for the byte that names the channel, and the header of the frame.
		ReadBufferSize:  dataBufferSize + 1024,
		WriteBufferSize: dataBufferSize + 1024,
	}
	header := h.req.Header.Clone()
	header.Del(wsstream.WebSocketProtocolHeader)
	conn, resp, err := dialer.DialContext(h.req.Context(), target, header)
	switch {
	case h.failed != nil && h.refused == nil:
		return nil, nil, h.failed
	case h.refused != nil:
		return nil, nil, upgrade.Failure(upgrade.Refused(h.refused, gwebsocket.ErrBadHandshake))
	case errors.Is(err, gwebsocket.ErrBadHandshake) && resp != nil:
		return nil, nil, upgrade.Failure(upgrade.Refused(resp, err))
	case err != nil:
		return nil, nil, err
	}
	return conn, resp, nil
}

// target is the URL of the request, as the dialer wants it.
func (h *handshake) target() (string, error) {
	target := url.URL{Host: h.req.URL.Host, Path: h.req.URL.Path, RawPath: h.req.URL.RawPath, RawQuery: h.req.URL.RawQuery}
	switch h.req.URL.Scheme {
	case "https", "wss":
		target.Scheme = "wss"
	case "http", "ws":
		target.Scheme = "ws"
	default:
		return "", fmt.Errorf("unknown url scheme: %s", h.req.URL.Scheme)
	}
	return target.String(), nil
}

// Write collects the request of the dialer, and later writes to the server.
func (h *handshake) Write(p []byte) (int, error) {
	if h.Conn != nil {
		return h.Conn.Write(p)
	}
	return h.written.Write(p)
}

// Read first sends the request, and returns the response if the server switches protocols.
func (h *handshake) Read(p []byte) (int, error) {
	if h.Conn == nil {
		if err := h.send(); err != nil {
			h.failed = err
			return 0, err
		}
	}
	if h.answer.Len() > 0 {
		return h.answer.Read(p)
	}
	return h.Conn.Read(p)
}

// errRefused ends the dialer's handshake if the server does not switch protocols. The caller has the response.
var errRefused = errors.New("refused")

// send sends the request, with the headers that the dialer has added.
func (h *handshake) send() error {
	dialed, err := http.ReadRequest(bufio.NewReader(&h.written))
	if err != nil {
		return fmt.Errorf("read the request of a WebSocket handshake: %w", err)
	}
	req := h.req.Clone(h.req.Context())
	req.Method, req.Header, req.Body, req.ContentLength = http.MethodGet, dialed.Header, nil, 0
	switch req.URL.Scheme {
	case "wss":
		req.URL.Scheme = "https"
	case "ws":
		req.URL.Scheme = "http"
	}
	resp, err := upgrade.RoundTrip(h.rt, req) //nolint:bodyclose // the connection is taken from the body, or the caller gets it
	if err != nil {
		return err
	}
	conn, ok := upgrade.Take(resp)
	if !ok {
		h.refused = resp
		return errRefused
	}
	h.Conn = conn
	fmt.Fprintf(&h.answer, "HTTP/1.1 %s\r\n", resp.Status)
	if err := resp.Header.Write(&h.answer); err != nil {
		_ = conn.Close()
		return err
	}
	h.answer.WriteString("\r\n")
	return nil
}

// Close closes the connection, if there is one.
func (h *handshake) Close() error {
	if h.Conn == nil {
		return nil
	}
	return h.Conn.Close()
}

// SetDeadline sets the deadline of the connection. Before there is one, the context of the request is its deadline.
func (h *handshake) SetDeadline(t time.Time) error {
	if h.Conn == nil {
		return nil
	}
	return h.Conn.SetDeadline(t)
}
