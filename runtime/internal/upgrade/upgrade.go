// Package upgrade sends requests that ask a server to switch to another protocol, and hands over the connection when the
// server has agreed. transport/spdy and transport/websocket are made of it: net/http does what is HTTP of an upgrade,
// proxies, TLS, dial functions and the end of contexts included.
package upgrade

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/apimachinery/pkg/util/json"
	streamhttp "k8s.io/streaming/pkg/httpstream"
)

// maxAnswer is how much is read of the body of a response that refuses an upgrade.
const maxAnswer = 1 << 20

// heldKey is the key of contexts under which a response's request has the connection.
type heldKey struct{}

// held is a connection that has switched protocols. It is the body of the response: whoever closes the body closes the
// connection, unless somebody has taken it.
type held struct {
	net.Conn

	taken atomic.Bool
}

func (h *held) Close() error {
	if h.taken.Load() {
		return nil
	}
	return h.Conn.Close()
}

// RoundTrip sends req through rt. If the server switches protocols, Take returns the connection of the response. Closing the
// response's body without Take closes the connection. A context that ends afterwards has no effect on the connection.
func RoundTrip(rt http.RoundTripper, req *http.Request) (*http.Response, error) {
	var mu sync.Mutex
	var raw net.Conn
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		mu.Lock()
		defer mu.Unlock()
		raw = info.Conn
	}}
	resp, err := rt.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		return resp, err
	}
	stream, ok := resp.Body.(io.ReadWriteCloser)
	mu.Lock()
	defer mu.Unlock()
	if !ok || raw == nil {
		_ = resp.Body.Close()
		return nil, errors.New("the transport of the configuration does not hand over the connection of an upgraded request")
	}
	h := &held{Conn: &conn{Conn: raw, stream: stream}}
	resp.Body = h
	resp.Request = req.WithContext(context.WithValue(req.Context(), heldKey{}, h))
	return resp, nil
}

// Take returns the connection of a response of RoundTrip, once. The caller must close it.
func Take(resp *http.Response) (net.Conn, bool) {
	if resp.Request == nil {
		return nil, false
	}
	h, ok := resp.Request.Context().Value(heldKey{}).(*held)
	if !ok || !h.taken.CompareAndSwap(false, true) {
		return nil, false
	}
	return h.Conn, true
}

// conn is a connection that net/http has read from. What it has read ahead is in stream.
type conn struct {
	net.Conn

	stream io.ReadWriteCloser
	closed sync.Once
}

func (c *conn) Read(p []byte) (int, error)  { return c.stream.Read(p) }
func (c *conn) Write(p []byte) (int, error) { return c.stream.Write(p) }

// Close closes the connection. It returns no error: nobody can mend one, several parts close the connection, and spdystream
// keeps a goroutine for another second if there is one.
func (c *conn) Close() error {
	c.closed.Do(func() { _ = c.stream.Close() })
	return nil
}

// Refused returns the reason in a response that does not switch protocols, and closes its body: the Status that the server
// sent, or its text, which otherwise leads it. There may be no text.
func Refused(resp *http.Response, otherwise error) error {
	defer resp.Body.Close() //nolint:errcheck // all that is wanted has been read
	reason := fmt.Errorf("%w (%s)", otherwise, resp.Status)
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%w: unable to read error from server response", reason)
	}
	var status metav1.Status
	if err := json.Unmarshal(body, &status); err == nil && status.Kind == "Status" && status.Status == metav1.StatusFailure {
		return &apierrors.StatusError{ErrStatus: status}
	}
	if text := strings.TrimSpace(string(body)); text != "" {
		return fmt.Errorf("%w: %s", reason, text)
	}
	return reason
}

// Failure returns err as the failure of an upgrade, for which IsUpgradeFailure of apimachinery and of k8s.io/streaming are
// true, and which wraps err.
func Failure(err error) error { return &failure{cause: err} }

type failure struct{ cause error }

func (f *failure) Error() string {
	return (&httpstream.UpgradeFailureError{Cause: f.cause}).Error()
}

// Unwrap lets errors.As find both kinds of failures, because their types do not wrap their cause, and the cause.
func (f *failure) Unwrap() []error {
	return []error{&httpstream.UpgradeFailureError{Cause: f.cause}, &streamhttp.UpgradeFailureError{Cause: f.cause}, f.cause}
}
