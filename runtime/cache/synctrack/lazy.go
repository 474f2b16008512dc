package synctrack

import (
	"sync"
	"sync/atomic"
)

// Lazy is a value that Get computes again if Notify was called since. Notify is cheap, so handlers may call it for every
// event. The zero value is ready to use once Evaluate is set. It is safe for concurrent use and must not be copied.
type Lazy[T any] struct {
	// Evaluate computes the value; required. If it fails, Get returns the error and the next Get calls Evaluate again.
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

// Notify says that something has changed: every Get that begins after it returns a value that was computed after it. A
// computation in progress goes on, for callers of Get that already wait for it.
func (z *Lazy[T]) Notify() { z.current.Store(&computation[T]{}) }

// Get returns the value. If it must be computed, one caller does so and the others wait.
func (z *Lazy[T]) Get() (T, error) {
	c := z.current.Load()
	for c == nil {
		z.current.CompareAndSwap(nil, &computation[T]{})
		c = z.current.Load()
	}
	return c.get(z.Evaluate)
}
