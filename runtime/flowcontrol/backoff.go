package flowcontrol

import (
	"math/rand/v2"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// Backoff keeps exponential delays by id: the first is an initial duration, and each Next doubles it, up to a maximum.
// An id without a Next for twice the maximum starts again. It is safe for concurrent use. The zero value is not usable.
type Backoff struct {
	sync.RWMutex

	Clock clock.Clock
	// HasExpiredFunc decides when an entry expires; nil means after twice the maximum.
	HasExpiredFunc func(eventTime time.Time, lastUpdate time.Time, maxDuration time.Duration) bool

	initial, max time.Duration
	jitter       float64
	entries      map[string]*backoffEntry
}

type backoffEntry struct {
	backoff time.Duration
	updated time.Time
}

// NewBackOff returns a Backoff that doubles from initial to max.
func NewBackOff(initial, max time.Duration) *Backoff { //nolint:predeclared // the drop-in name
	return NewBackOffWithJitter(initial, max, 0)
}

// NewBackOffWithJitter is NewBackOff that adds a random part to each delay: at most maxJitterFactor times the delay
// before.
func NewBackOffWithJitter(initial, max time.Duration, maxJitterFactor float64) *Backoff { //nolint:predeclared // the drop-in name
	return NewFakeBackOffWithJitter(initial, max, clock.RealClock{}, maxJitterFactor)
}

// NewFakeBackOff is NewBackOff with the caller's clock, for tests.
func NewFakeBackOff(initial, max time.Duration, tc clock.Clock) *Backoff { //nolint:predeclared // the drop-in name
	return NewFakeBackOffWithJitter(initial, max, tc, 0)
}

// NewFakeBackOffWithJitter is NewBackOffWithJitter with the caller's clock, for tests.
func NewFakeBackOffWithJitter(initial, max time.Duration, tc clock.Clock, maxJitterFactor float64) *Backoff { //nolint:predeclared // the drop-in name
	return &Backoff{Clock: tc, initial: initial, max: max, jitter: maxJitterFactor, entries: map[string]*backoffEntry{}}
}

// Get returns the current delay of id, or zero if it has none.
func (b *Backoff) Get(id string) time.Duration {
	b.RLock()
	defer b.RUnlock()
	if entry, ok := b.entries[id]; ok {
		return entry.backoff
	}
	return 0
}

// Next increases the delay of id after an event at eventTime.
func (b *Backoff) Next(id string, eventTime time.Time) {
	b.Lock()
	defer b.Unlock()
	entry, ok := b.entries[id]
	if !ok || b.expired(eventTime, entry.updated) {
		entry = &backoffEntry{backoff: b.initial + b.random(b.initial)}
		b.entries[id] = entry
	} else {
		entry.backoff = min(2*entry.backoff+b.random(entry.backoff), b.max)
	}
	entry.updated = b.Clock.Now()
}

// Reset removes id.
func (b *Backoff) Reset(id string) { b.DeleteEntry(id) }

// DeleteEntry removes id.
func (b *Backoff) DeleteEntry(id string) {
	b.Lock()
	defer b.Unlock()
	delete(b.entries, id)
}

// IsInBackOffSince reports whether the delay of id, counted from eventTime, has not passed yet.
func (b *Backoff) IsInBackOffSince(id string, eventTime time.Time) bool {
	b.RLock()
	defer b.RUnlock()
	entry, ok := b.entries[id]
	if !ok || b.expired(eventTime, entry.updated) {
		return false
	}
	return b.Clock.Since(eventTime) < entry.backoff
}

// IsInBackOffSinceUpdate reports whether eventTime is within the delay of id, counted from its last Next.
func (b *Backoff) IsInBackOffSinceUpdate(id string, eventTime time.Time) bool {
	b.RLock()
	defer b.RUnlock()
	entry, ok := b.entries[id]
	if !ok || b.expired(eventTime, entry.updated) {
		return false
	}
	return eventTime.Sub(entry.updated) < entry.backoff
}

// GC removes expired entries. Call it regularly if there are many short-lived ids.
func (b *Backoff) GC() {
	b.Lock()
	defer b.Unlock()
	now := b.Clock.Now()
	for id, entry := range b.entries {
		if b.expired(now, entry.updated) {
			delete(b.entries, id)
		}
	}
}

func (b *Backoff) expired(eventTime, updated time.Time) bool {
	if b.HasExpiredFunc != nil {
		return b.HasExpiredFunc(eventTime, updated, b.max)
	}
	return eventTime.Sub(updated) > 2*b.max
}

// random returns a random duration below jitter times d.
func (b *Backoff) random(d time.Duration) time.Duration {
	if b.jitter <= 0 {
		return 0
	}
	return time.Duration(rand.Float64() * b.jitter * float64(d)) //nolint:gosec // spreading load needs no secrecy
}
