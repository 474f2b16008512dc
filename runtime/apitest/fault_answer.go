package apitest

import (
	"crypto/tls"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Delay has requests reach the server later.
func Delay(d time.Duration) Effect {
	return func(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
		if pause(req, d) {
			next(w, req)
		}
	}
}

// pause waits, and reports whether the client is still there.
func pause(req *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-req.Context().Done():
		return false
	}
}

// Hang leaves requests without any answer until the client gives up, or the server closes.
func Hang() Effect {
	return func(_ http.ResponseWriter, req *http.Request, _ http.HandlerFunc) { <-req.Context().Done() }
}

// Fail answers with the Status of an error, such as apierrors.NewTooManyRequests("later", 1) or
// apierrors.NewResourceExpired("too old resource version"); any other error is an internal one (500). The server does
// not get to know of the request. A status with RetryAfterSeconds has the header Retry-After too.
func Fail(err error) Effect {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		status := statusOf(err)
		if status.Details != nil && status.Details.RetryAfterSeconds > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(status.Details.RetryAfterSeconds)))
		}
		_ = writeJSON(w, int(status.Code), status)
	}
}

// FailAfter has the server do as it is asked, and answers with the Status of an error all the same: the client cannot
// know whether a write was carried out.
func FailAfter(err error) Effect {
	return func(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
		next(&discard{header: http.Header{}}, req)
		Fail(err)(w, req, next)
	}
}

// discard is an answer that nobody gets.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header { return d.header }

func (*discard) Write(p []byte) (int, error) { return len(p), nil }

func (*discard) WriteHeader(int) {}

// Answer answers with what no API server says, such as the page of a proxy.
func Answer(code int, contentType, body string) Effect {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

// Reset resets the connection (RST) in place of an answer. Without a TCP connection of its own, as over HTTP/2 or in
// memory, the request is cut off.
func Reset() Effect {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) { reset(w) }
}

func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	raw := conn
	if secure, ok := conn.(*tls.Conn); ok {
		raw = secure.NetConn()
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // closing sends RST and drops what was not sent yet
	}
	_ = raw.Close()
	panic(http.ErrAbortHandler)
}
