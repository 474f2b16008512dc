package core

import (
	"sync"
	"time"
)

// Failure describes failures in a row: those since the reflector last worked. The zero value means none.
type Failure struct {
	// Name is the name of the reflector.
	Name string
	// Err is the last failure.
	Err error
	// Since is the time of the first failure.
	Since time.Time
	// Count is the number of failures.
	Count int
	// Next is the time of the next attempt; zero if it is not known.
	Next time.Time
}

// minHealthyWatch is how long a watch without events must have been open before it proves that the server works.
const minHealthyWatch = 5 * time.Second

// health records the failures of a reflector since it last worked. A successful list does not end a row of failures,
// because the watch after it may fail again. An event does, and so does a watch that stays open for minHealthyWatch.
type health struct {
	mu sync.Mutex
	// row is the row of failures that has not ended.
	row Failure
	// healed is the last row that has ended, until takeHealed returns it.
	healed Failure
	// watchSince is when the server accepted the open watch; zero if there is none.
	watchSince time.Time
}

// fail records a failure and returns it with the Since and Count of its row.
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

// watching records that the server has accepted a watch, and reports whether there have been failures before.
func (h *health) watching(now time.Time) (failing bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watchSince = now
	return h.row.Count > 0
}

// watched records that the open watch has ended, and returns for how long it was open; zero if it was never accepted.
func (h *health) watched(now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchSince.IsZero() {
		return 0
	}
	h.healAfterWatch(now)
	open := now.Sub(h.watchSince)
	h.watchSince = time.Time{}
	return open
}

// healAfterWatch ends the row of failures if the open watch has lasted long enough. The caller holds mu.
func (h *health) healAfterWatch(now time.Time) {
	if !h.watchSince.IsZero() && now.Sub(h.watchSince) >= minHealthyWatch {
		h.heal()
	}
}

// heal ends the row of failures. The caller holds mu.
func (h *health) heal() {
	if h.row.Count > 0 {
		h.healed, h.row = h.row, Failure{}
	}
}

// recover ends the row of failures, and reports whether takeHealed has a row to return.
func (h *health) recover() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heal()
	return h.healed.Count > 0
}

// takeHealed returns the row of failures that has ended since its last call, or the zero value.
func (h *health) takeHealed() Failure {
	h.mu.Lock()
	defer h.mu.Unlock()
	healed := h.healed
	h.healed = Failure{}
	return healed
}

// failure returns the row of failures that has not ended, or the zero value.
func (h *health) failure(now time.Time) Failure {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.healAfterWatch(now)
	return h.row
}
