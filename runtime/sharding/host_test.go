package sharding_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

const (
	leaseDuration = 15 * time.Second
	maxSkew       = leaseDuration / 10
	// fastest is how much faster or slower than the time a clock is at most: what a slow clock takes for the lease duration and a fast
	// one for the lease duration and MaxSkew is then the same time.
	fastest = 0.0476
	// longestStop is how long a replica is stopped at most: long past its lease.
	longestStop = 40 * time.Second
)

// host is what a replica runs on. It may be cut off from the server and stopped for a while, and its clock is wrong.
type host struct {
	clock.RealClock

	born  time.Time
	rate  float64       // of its clock
	ahead time.Duration // of other clocks

	mu     sync.Mutex
	link   context.Context //nolint:containedctx // the connection to the server; it has ended while the host is cut off
	unlink func()
	// stoppedAt is when it was stopped last, and until when it does nothing since then.
	stoppedAt, until time.Time
	troubled         bool // whether it was ever cut off or stopped, so that a lease may have run out
}

// newHost returns a host whose clock is off by up to the promised bound.
func newHost(chance func(n int) int) *host {
	h := &host{
		born: time.Now(), rate: 1 + float64(chance(1001)-500)/500*fastest, ahead: time.Duration(chance(7200)-3600) * time.Second,
	}
	h.link, h.unlink = context.WithCancel(context.Background())
	return h
}

// Now is the time of its clock.
func (h *host) Now() time.Time {
	return h.born.Add(h.ahead).Add(time.Duration(float64(time.Since(h.born)) * h.rate))
}

// Since is the time since another by its clock.
func (h *host) Since(at time.Time) time.Duration { return h.Now().Sub(at) }

// NewTimer returns a timer of its clock.
func (h *host) NewTimer(d time.Duration) clock.Timer {
	return h.RealClock.NewTimer(time.Duration(float64(d) / h.rate))
}

// stop stops the host for a time: nothing that it does goes on until then.
func (h *host) stop(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if h.until.Before(now) {
		h.stoppedAt = now
	}
	h.until = now.Add(d)
	h.troubled = true
}

// goOn waits while the host is stopped.
func (h *host) goOn() {
	for {
		h.mu.Lock()
		wait := time.Until(h.until)
		h.mu.Unlock()
		if wait <= 0 {
			return
		}
		time.Sleep(wait)
	}
}

// spend lets work take some time, or less if ctx ends, and returns when it acted last. Work that was stopped does not act
// any more if its context has ended meanwhile. Work without a context is taken to act until its end.
func (h *host) spend(ctx context.Context, d time.Duration) (last time.Time) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	h.mu.Lock()
	stopped, at := time.Now().Before(h.until), h.stoppedAt
	h.mu.Unlock()
	if !stopped {
		return time.Now()
	}
	h.goOn()
	if ctx.Done() == nil || ctx.Err() != nil {
		return at
	}
	return time.Now()
}

// connect connects the host, or cuts it off.
func (h *host) connect(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.unlink()
	h.link, h.unlink = context.WithCancel(context.Background())
	if !on {
		h.troubled = true
		h.unlink()
	}
}

func (h *host) late() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.troubled
}

var errCut = errors.New("connection refused")

// roundTrip sends a request unless the host is cut off. Its requests end with the connection.
func (h *host) roundTrip(next http.RoundTripper, req *http.Request) (*http.Response, error) {
	h.goOn()
	h.mu.Lock()
	link := h.link
	h.mu.Unlock()
	if link.Err() != nil {
		return nil, errCut
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	context.AfterFunc(link, func() { cancel(errCut) })
	context.AfterFunc(req.Context(), func() { cancel(nil) })
	resp, err := next.RoundTrip(req.WithContext(ctx))
	h.goOn()
	if err == nil {
		resp.Body = stoppable{resp.Body, h}
	}
	return resp, err
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// stoppable is a body that nobody reads while the host is stopped.
type stoppable struct {
	io.ReadCloser

	host *host
}

func (s stoppable) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	s.host.goOn()
	return n, err
}
