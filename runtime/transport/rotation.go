package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// checkInterval is how often a pool in use reads its certificate files.
const checkInterval = 10 * time.Second

// connections is a connection pool that replaces its transport when certificates rotate: when the content of the CA file or
// of the client certificate's files has changed, or a callback returns another certificate. New requests use the new
// transport; connections of the old one close when their requests have ended. Nothing runs in the background: requests check
// for changes. It is safe for concurrent use.
type connections struct {
	redact.Opaque

	config *Config
	*generations

	mu        sync.Mutex // guards digests, and is held during a check
	digests   fileDigests
	lastCheck atomic.Int64 // in nanoseconds of the Unix epoch
	nextCheck atomic.Int64 // the same; zero for never
}

// generations is a separate struct because it outlives connections: the cleanup of connections that are no longer used
// closes the idle ones of the current transport. It must not refer to connections, or that cleanup never runs.
type generations struct {
	current   atomic.Pointer[http.Transport]
	firstCert atomic.Pointer[tls.Certificate] // the callback's result in the first handshake of current; nil before
}

var _ utilnet.RoundTripperWrapper = (*connections)(nil)

func newConnections(config *Config) (*connections, error) {
	own := *config
	c := &connections{config: &own, generations: &generations{}}
	if own.usesCallback() {
		own.TLS.GetCertHolder = &GetCertHolder{GetCert: c.recordFirst(config.TLS.GetCertHolder.GetCert)}
	}
	if own.watchesCertFiles() || own.watchesCAFile() || own.usesCallback() {
		c.digests, _ = c.readFiles() // newTransport returns the errors of files
		c.scheduleCheck(c.interval())
	}
	transport, err := newTransport(&own)
	if err != nil {
		return nil, err
	}
	c.current.Store(transport)
	return c, nil
}

// recordFirst returns get, wrapped to keep the certificate of the first handshake of a transport in firstCert.
func (g *generations) recordFirst(get func() (*tls.Certificate, error)) func() (*tls.Certificate, error) {
	return func() (*tls.Certificate, error) {
		cert, err := get()
		if err == nil {
			g.firstCert.CompareAndSwap(nil, cert)
		}
		return cert, err
	}
}

// interval is the time between two checks.
func (c *connections) interval() time.Duration {
	if c.config.watchesCAFile() || c.config.watchesCertFiles() {
		return checkInterval
	}
	return CertCallbackRefreshDuration
}

// scheduleCheck records a check now, and has the first request after d check again.
func (c *connections) scheduleCheck(d time.Duration) {
	now := time.Now()
	c.lastCheck.Store(now.UnixNano())
	c.nextCheck.Store(now.Add(d).UnixNano())
}

// checkSoon moves the next check to d after the last one. It has no effect on pools without anything to check.
func (c *connections) checkSoon(d time.Duration) {
	if c.nextCheck.Load() != 0 {
		c.nextCheck.Store(c.lastCheck.Load() + int64(d))
	}
}

// RoundTrip sends the request, after a check if one is due. An error or a response with 401 may be caused by an old
// certificate, so it moves the next check to one second after the last.
func (c *connections) RoundTrip(req *http.Request) (*http.Response, error) {
	if next := c.nextCheck.Load(); next != 0 && time.Now().UnixNano() >= next {
		c.check(req.Context())
	}
	resp, err := c.current.Load().RoundTrip(req)
	if err != nil || resp.StatusCode == http.StatusUnauthorized {
		c.checkSoon(time.Second)
	}
	return resp, err
}

// WrappedRoundTripper returns the current transport. A rotation replaces it.
func (c *connections) WrappedRoundTripper() http.RoundTripper { return c.current.Load() }

// CloseIdleConnections closes the idle connections of the current transport. The next request checks for new certificates.
func (c *connections) CloseIdleConnections() {
	c.checkSoon(0)
	c.current.Load().CloseIdleConnections()
}

// check replaces the transport if certificates have changed. One request checks at a time; the others continue with the
// current transport. A callback may take as long as a user needs to log in, so the request waits for it only until ctx ends.
// The check then continues without it, for later requests.
func (c *connections) check(ctx context.Context) {
	if !c.mu.TryLock() {
		return
	}
	if !c.config.usesCallback() {
		defer c.mu.Unlock()
		c.replace()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer c.mu.Unlock()
		c.replace()
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// replace replaces the transport if certificates have changed. If they cannot be read or parsed, for example in the middle
// of a rotation, it keeps the transport until the next check. The caller holds c.mu.
func (c *connections) replace() {
	if time.Now().UnixNano() < c.nextCheck.Load() {
		return // another request has just checked
	}
	c.scheduleCheck(c.interval())
	now, ok := c.readFiles()
	if !ok || now == c.digests && !c.callbackChanged() {
		return
	}
	transport, err := newTransport(c.config)
	if err != nil {
		return
	}
	c.digests = now
	c.firstCert.Store(nil)
	old := c.current.Swap(transport)
	old.CloseIdleConnections()
}

// callbackChanged calls the callback, and reports whether it returns another certificate than in the first handshake. An
// error counts as no change.
func (c *connections) callbackChanged() bool {
	first := c.firstCert.Load()
	if !c.config.usesCallback() || first == nil {
		return false
	}
	cert, err := c.config.TLS.GetCertHolder.GetCert()
	if err != nil || cert == nil || slices.EqualFunc(first.Certificate, cert.Certificate, bytes.Equal) {
		return false
	}
	return true
}
