package core

import (
	"sync"
	"time"
)

// Failure is what has been wrong. The zero value stands for nothing.
type Failure struct {
	// Name is that of the reflector.
	Name string
	// Err is the last of Count failures in a row, the first of which was at Since.
	Err   error
	Since time.Time
	Count int
	// Next is when the next attempt is; zero where that is not known.
	Next time.Time
}

// settled is how long a watch must have been open to count as a sign of health where it has brought nothing yet.
const settled = 5 * time.Second

// health knows since when things have gone wrong. A list that succeeds proves nothing where watching then fails: what
// ends a row of failures is an event, or a watch that the server has accepted and that lasts.
type health struct {
	mu  sync.Mutex
	row Failure
	// healed is the row that has ended, until somebody asks for it.
	healed Failure
	// watchSince is when the server accepted the watch in progress; zero where there is none.
	watchSince time.Time
}

// fail notes a failure, and returns the row of which it is the last.
func (h *health) fail(f Failure) Failure {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.row.Count > 0 {
		f.Since = h.row.Since
	}
	f.Count = h.row.Count + 1
	h.row = f
	return f
}

// watching notes that the server has accepted a watch, and reports whether that comes after failures.
func (h *health) watching(now time.Time) (failing bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watchSince = now
	return h.row.Count > 0
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
		h.heal()
	}
}

func (h *health) heal() {
	if h.row.Count > 0 {
		h.healed, h.row = h.row, Failure{}
	}
}

// recover ends a row of failures, and reports whether one has ended that nobody has asked for.
func (h *health) recover() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heal()
	return h.healed.Count > 0
}

// takeHealed returns the row of failures that has ended since it was last asked for.
func (h *health) takeHealed() Failure {
	h.mu.Lock()
	defer h.mu.Unlock()
	healed := h.healed
	h.healed = Failure{}
	return healed
}

func (h *health) failure(now time.Time) Failure {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(now)
	return h.row
}
