package synctrack

import "sync"

// latch is closed once.
type latch struct {
	name string
	once sync.Once
	done chan struct{}
}

func newLatch(name string) latch { return latch{name: name, done: make(chan struct{})} }

func (l *latch) open() { l.once.Do(func() { close(l.done) }) }

func (l *latch) isOpen() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// AsyncTracker tracks keys that are started and finished in any order. It is safe for concurrent use.
type AsyncTracker[T comparable] struct {
	synced latch

	mu       sync.Mutex
	upstream bool
	waiting  map[T]struct{}
}

// NewAsyncTracker returns a tracker with a name, which appears in the logs and errors of those that wait for it.
func NewAsyncTracker[T comparable](name string) *AsyncTracker[T] {
	return &AsyncTracker[T]{synced: newLatch(name), waiting: map[T]struct{}{}}
}

// Start begins a key. Call it before UpstreamHasSynced for all keys of the initial list. Starting a key twice has no
// further effect.
func (t *AsyncTracker[T]) Start(key T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting[key] = struct{}{}
}

// Finished ends a key. It does nothing for a key that was not started.
func (t *AsyncTracker[T]) Finished(key T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.waiting, key)
	t.check()
}

// UpstreamHasSynced says that all keys of the initial list have been started. It may be called many times.
func (t *AsyncTracker[T]) UpstreamHasSynced() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.upstream = true
	t.check()
}

func (t *AsyncTracker[T]) check() {
	if t.upstream && len(t.waiting) == 0 {
		t.synced.open()
	}
}

// HasSynced reports whether the tracker is done.
func (t *AsyncTracker[T]) HasSynced() bool { return t.synced.isOpen() }

// Done returns a channel that is closed when the tracker is done.
func (t *AsyncTracker[T]) Done() <-chan struct{} { return t.synced.done }

// Name returns the name.
func (t *AsyncTracker[T]) Name() string { return t.synced.name }
