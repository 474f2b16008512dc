package synctrack

import (
	"sync"
	"sync/atomic"
)

// Lazy computes a value when it is asked for and something has changed since: handlers call Notify, which costs nothing,
// readers call Get. Its zero value is ready once Evaluate is set. It is safe for concurrent use and must not be copied.
type Lazy[T any] struct {
	// Evaluate computes the value; required. An error is handed to those who ask, and the next one computes again.
	Evaluate func() (T, error)

	current atomic.Pointer[computation[T]]
}

// computation is one value, computed at most once with success.
type computation[T any] struct {
	mu    sync.Mutex
	done  bool
	value T
}

func (c *computation[T]) get(evaluate func() (T, error)) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done {
		return c.value, nil
	}
	value, err := evaluate()
	if err == nil {
		c.value, c.done = value, true
	}
	return value, err
}

// Notify tells that something has changed: every Get that begins after it sees a value that was computed after it. A
// computation in progress goes on, for those who have begun to wait for it.
func (z *Lazy[T]) Notify() { z.current.Store(&computation[T]{}) }

// Get returns the value, computed by one caller for all.
func (z *Lazy[T]) Get() (T, error) {
	c := z.current.Load()
	for c == nil {
		z.current.CompareAndSwap(nil, &computation[T]{})
		c = z.current.Load()
	}
	return c.get(z.Evaluate)
}
