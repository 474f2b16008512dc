package core

import (
	"sync"
	"time"
)

// Failure is what has been wrong. The zero value stands for nothing.
type Failure struct {
	// Err is the last of Count failures in a row, the first of which was at Since.
	Err   error
	Since time.Time
	Count int
}

// settled is how long a watch must have been open to count as a sign of health where it has brought nothing yet.
const settled = 5 * time.Second

// health knows since when things have gone wrong. A list that succeeds proves nothing where watching then fails: what
// ends a row of failures is an event, or a watch that the server has accepted and that lasts.
type health struct {
	mu  sync.Mutex
	row Failure
	// watchSince is when the server accepted the watch in progress; zero where there is none.
	watchSince time.Time
}

func (h *health) fail(err error, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.row.Count == 0 {
		h.row.Since = now
	}
	h.row.Err = err
	h.row.Count++
}

func (h *health) watching(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watchSince = now
}

// watched notes that the watch in progress has ended, and returns for how long it was open.
func (h *health) watched(now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchSince.IsZero() {
		return 0
	}
	h.settle(now)
	open := now.Sub(h.watchSince)
	h.watchSince = time.Time{}
	return open
}

// settle takes a watch that has lasted for a sign of health.
func (h *health) settle(now time.Time) {
	if !h.watchSince.IsZero() && now.Sub(h.watchSince) >= settled {
		h.row = Failure{}
	}
}

func (h *health) recover() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.row = Failure{}
}

func (h *health) failure(now time.Time) Failure {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(now)
	return h.row
}
