package flowcontrol

import (
	"math/rand/v2"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// Backoff remembers, by id, how long to leave alone what keeps failing: the first time an initial duration, then twice
// the last one, up to a maximum. An id that was not updated for twice the maximum starts anew. It is safe for
// concurrent use; its zero value is not usable.
type Backoff struct {
	sync.RWMutex

	Clock clock.Clock
	// HasExpiredFunc overrides when an entry is forgotten; nil means after twice the maximum.
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

// NewBackOffWithJitter adds to each duration a random part of the one before, up to maxJitterFactor times as long.
func NewBackOffWithJitter(initial, max time.Duration, maxJitterFactor float64) *Backoff { //nolint:predeclared // the drop-in name
	return NewFakeBackOffWithJitter(initial, max, clock.RealClock{}, maxJitterFactor)
}

// NewFakeBackOff is NewBackOff on a clock of the caller's, for tests.
func NewFakeBackOff(initial, max time.Duration, tc clock.Clock) *Backoff { //nolint:predeclared // the drop-in name
	return NewFakeBackOffWithJitter(initial, max, tc, 0)
}

// NewFakeBackOffWithJitter is NewBackOffWithJitter on a clock of the caller's, for tests.
func NewFakeBackOffWithJitter(initial, max time.Duration, tc clock.Clock, maxJitterFactor float64) *Backoff { //nolint:predeclared // the drop-in name
	return &Backoff{Clock: tc, initial: initial, max: max, jitter: maxJitterFactor, entries: map[string]*backoffEntry{}}
}

// Get returns the current duration of id, zero when it has none.
func (b *Backoff) Get(id string) time.Duration {
	b.RLock()
	defer b.RUnlock()
	if entry, ok := b.entries[id]; ok {
		return entry.backoff
	}
	return 0
}

// Next lengthens the duration of id after an event at eventTime.
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

// Reset forgets id.
func (b *Backoff) Reset(id string) { b.DeleteEntry(id) }

// DeleteEntry forgets id.
func (b *Backoff) DeleteEntry(id string) {
	b.Lock()
	defer b.Unlock()
	delete(b.entries, id)
}

// IsInBackOffSince reports whether id is to be left alone still, counted from eventTime.
func (b *Backoff) IsInBackOffSince(id string, eventTime time.Time) bool {
	b.RLock()
	defer b.RUnlock()
	entry, ok := b.entries[id]
	if !ok || b.expired(eventTime, entry.updated) {
		return false
	}
	return b.Clock.Since(eventTime) < entry.backoff
}

// IsInBackOffSinceUpdate reports whether an event at eventTime falls into the duration that began with the last Next.
func (b *Backoff) IsInBackOffSinceUpdate(id string, eventTime time.Time) bool {
	b.RLock()
	defer b.RUnlock()
	entry, ok := b.entries[id]
	if !ok || b.expired(eventTime, entry.updated) {
		return false
	}
	return eventTime.Sub(entry.updated) < entry.backoff
}

// GC forgets what has expired. Call it from time to time where ids are many and come and go.
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

// random is a random part of d, up to the jitter's factor times as long.
func (b *Backoff) random(d time.Duration) time.Duration {
	if b.jitter <= 0 {
		return 0
	}
	return time.Duration(rand.Float64() * b.jitter * float64(d)) //nolint:gosec // spreading load needs no secrecy
}
