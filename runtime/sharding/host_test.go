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
	// maxClockDrift is how much too fast or too slow a clock runs at most. At this bound the slowest clock measures the lease duration in the
	// same real time in which the fastest one measures the lease duration and MaxSkew.
	maxClockDrift = 0.0476
	// maxStop is how long a replica is stopped at most: much longer than its lease.
	maxStop = 40 * time.Second
)

// host is the machine of a replica. It can be disconnected from the server and stopped for a while, and its clock is wrong.
type host struct {
	clock.RealClock

	startedAt   time.Time
	clockRate   float64       // of its clock; a right clock has 1
	clockOffset time.Duration // how far its clock is ahead of the real time

	mu         sync.Mutex
	connection context.Context //nolint:containedctx // it has ended while the host is disconnected
	disconnect func()
	// stoppedAt is when the host was last stopped, stoppedUntil when it continues.
	stoppedAt, stoppedUntil time.Time
	disturbed               bool // whether it was ever disconnected or stopped, so that a lease may have expired
}

// newHost returns a host whose clock drifts within the bound that MaxSkew allows.
func newHost(intn func(n int) int) *host {
	h := &host{
		startedAt: time.Now(), clockRate: 1 + float64(intn(1001)-500)/500*maxClockDrift, clockOffset: time.Duration(intn(7200)-3600) * time.Second,
	}
	h.connection, h.disconnect = context.WithCancel(context.Background())
	return h
}

// Now returns the time of the host's clock.
func (h *host) Now() time.Time {
	return h.startedAt.Add(h.clockOffset).Add(time.Duration(float64(time.Since(h.startedAt)) * h.clockRate))
}

// Since returns the time since another one by the host's clock.
func (h *host) Since(at time.Time) time.Duration { return h.Now().Sub(at) }

// NewTimer returns a timer that runs by the host's clock.
func (h *host) NewTimer(d time.Duration) clock.Timer {
	return h.RealClock.NewTimer(time.Duration(float64(d) / h.clockRate))
}

// stop stops the host for a time, in which nothing on it continues.
func (h *host) stop(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if h.stoppedUntil.Before(now) {
		h.stoppedAt = now
	}
	h.stoppedUntil = now.Add(d)
	h.disturbed = true
}

// waitWhileStopped waits while the host is stopped.
func (h *host) waitWhileStopped() {
	for {
		h.mu.Lock()
		wait := time.Until(h.stoppedUntil)
		h.mu.Unlock()
		if wait <= 0 {
			return
		}
		time.Sleep(wait)
	}
}

// runFor waits for d, or until ctx ends, as work on the host would, and returns the last time at which the work could act. If the host
// is stopped at the end of that time, work that cannot be canceled acts for the last time when the host was stopped, and so does work
// whose context has ended when the host continues.
func (h *host) runFor(ctx context.Context, d time.Duration) (last time.Time) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	h.mu.Lock()
	stopped, at := time.Now().Before(h.stoppedUntil), h.stoppedAt
	h.mu.Unlock()
	if !stopped {
		return time.Now()
	}
	h.waitWhileStopped()
	if ctx.Done() == nil || ctx.Err() != nil {
		return at
	}
	return time.Now()
}

// setConnected connects the host to the server or disconnects it.
func (h *host) setConnected(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.disconnect()
	h.connection, h.disconnect = context.WithCancel(context.Background())
	if !on {
		h.disturbed = true
		h.disconnect()
	}
}

func (h *host) wasDisturbed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.disturbed
}

var errDisconnected = errors.New("connection refused")

// roundTrip sends a request. The request fails if the host is disconnected, now or before the response has been read.
func (h *host) roundTrip(next http.RoundTripper, req *http.Request) (*http.Response, error) {
	h.waitWhileStopped()
	h.mu.Lock()
	connection := h.connection
	h.mu.Unlock()
	if connection.Err() != nil {
		return nil, errDisconnected
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	context.AfterFunc(connection, func() { cancel(errDisconnected) })
	context.AfterFunc(req.Context(), func() { cancel(nil) })
	resp, err := next.RoundTrip(req.WithContext(ctx))
	h.waitWhileStopped()
	if err == nil {
		resp.Body = stoppableBody{resp.Body, h}
	}
	return resp, err
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// stoppableBody is a response body whose reads wait while the host is stopped.
type stoppableBody struct {
	io.ReadCloser

	host *host
}

func (s stoppableBody) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	s.host.waitWhileStopped()
	return n, err
}
