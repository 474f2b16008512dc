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

// lookEvery is how long the files of certificates are taken to be as they were.
const lookEvery = 10 * time.Second

// connections is a pool of connections that follows the rotation of what the pool was made from: when the CA file, the
// files of the client certificate, or the certificate that a callback returns have changed, requests go over new
// connections from then on, and old ones end with what runs over them. Nothing runs in the background: it looks when it is
// used.
type connections struct {
	redact.Opaque

	config *Config
	every  time.Duration
	*generations

	mu     sync.Mutex // held while looking
	seen   files
	looked atomic.Int64 // when it looked last, in nanoseconds of the Unix epoch
	next   atomic.Int64 // when to look again; zero for never
}

// generations is apart from connections so that it outlives them: what is idle is closed when their last user is gone.
// Nothing in it may lead back to them, or they would never be gone.
type generations struct {
	current atomic.Pointer[http.Transport]
	shown   atomic.Pointer[tls.Certificate] // what the callback returned for the first handshake of the current one
}

var _ utilnet.RoundTripperWrapper = (*connections)(nil)

func newConnections(config *Config) (*connections, error) {
	own := *config
	c := &connections{config: &own, every: lookEvery, generations: &generations{}}
	if own.usesCallback() {
		own.TLS.GetCertHolder = &GetCertHolder{GetCert: c.show(config.TLS.GetCertHolder.GetCert)}
	}
	if own.watchesCertFiles() || own.watchesCAFile() || own.usesCallback() {
		c.seen, _ = c.look() // what is wrong with the files, making the transport reports
		c.lookIn(c.interval())
	}
	transport, err := newTransport(&own)
	if err != nil {
		return nil, err
	}
	c.current.Store(transport)
	return c, nil
}

// show remembers what get returns for the first handshake of a generation.
func (g *generations) show(get func() (*tls.Certificate, error)) func() (*tls.Certificate, error) {
	return func() (*tls.Certificate, error) {
		cert, err := get()
		if err == nil {
			g.shown.CompareAndSwap(nil, cert)
		}
		return cert, err
	}
}

func (c *connections) interval() time.Duration {
	if c.config.watchesCAFile() || c.config.watchesCertFiles() {
		return c.every
	}
	return CertCallbackRefreshDuration
}

func (c *connections) lookIn(d time.Duration) {
	now := time.Now()
	c.looked.Store(now.UnixNano())
	c.next.Store(now.Add(d).UnixNano())
}

// lookAfter has the next request look whether certificates have changed, if the last look is so long ago.
func (c *connections) lookAfter(d time.Duration) {
	if c.next.Load() != 0 {
		c.next.Store(c.looked.Load() + int64(d))
	}
}

// RoundTrip sends the request. An answer that may tell of an old certificate has the next request look, though not more
// often than once a second.
func (c *connections) RoundTrip(req *http.Request) (*http.Response, error) {
	if next := c.next.Load(); next != 0 && time.Now().UnixNano() >= next {
		c.follow(req.Context())
	}
	resp, err := c.current.Load().RoundTrip(req)
	if err != nil || resp.StatusCode == http.StatusUnauthorized {
		c.lookAfter(time.Second)
	}
	return resp, err
}

// WrappedRoundTripper returns the transport of the moment.
func (c *connections) WrappedRoundTripper() http.RoundTripper { return c.current.Load() }

// CloseIdleConnections closes what nobody uses, and has the next request look whether certificates have changed.
func (c *connections) CloseIdleConnections() {
	c.lookAfter(0)
	c.current.Load().CloseIdleConnections()
}

// follow looks whether what the transport was made from has changed. One request looks at a time, and the others go on
// over what is there. A callback may take as long as somebody needs to log in: the request waits for it no longer than
// its context lasts, and what it returns then serves later ones.
func (c *connections) follow(ctx context.Context) {
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

// replace replaces the transport if what it was made from has changed. What cannot be read or parsed, in the middle of a
// rotation for example, leaves it as it is until the next look.
func (c *connections) replace() {
	if time.Now().UnixNano() < c.next.Load() {
		return // somebody else has just looked
	}
	c.lookIn(c.interval())
	now, ok := c.look()
	if !ok || now == c.seen && !c.callbackChanged() {
		return
	}
	transport, err := newTransport(c.config)
	if err != nil {
		return
	}
	c.seen = now
	c.shown.Store(nil)
	old := c.current.Swap(transport)
	old.CloseIdleConnections()
}

// callbackChanged reports whether the callback returns another certificate than that of the first handshake.
func (c *connections) callbackChanged() bool {
	shown := c.shown.Load()
	if !c.config.usesCallback() || shown == nil {
		return false
	}
	cert, err := c.config.TLS.GetCertHolder.GetCert()
	if err != nil || cert == nil || slices.EqualFunc(shown.Certificate, cert.Certificate, bytes.Equal) {
		return false
	}
	return true
}
