package synctrack

import "sync"

// SingleFileTracker counts work that is started and finished, for consumers that process one object after the other. It is
// safe for concurrent use.
type SingleFileTracker struct {
	synced latch

	mu       sync.Mutex
	upstream bool
	count    int
}

// NewSingleFileTracker returns a tracker with a name, which appears in the logs and errors of those that wait for it.
func NewSingleFileTracker(name string) *SingleFileTracker {
	return &SingleFileTracker{synced: newLatch(name)}
}

// Start begins the work for an object. Call it before UpstreamHasSynced for all objects of the initial list.
func (t *SingleFileTracker) Start() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
}

// Finished ends the work for an object. It panics if more has finished than was started, because the tracker may then have
// been done too early.
func (t *SingleFileTracker) Finished() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count--
	if t.count < 0 {
		panic("synctrack: negative counter of " + t.synced.name + ": more has finished than was started, so that HasSynced may be wrong")
	}
	t.check()
}

// UpstreamHasSynced says that the work for all objects of the initial list has been started. It may be called many times.
func (t *SingleFileTracker) UpstreamHasSynced() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.upstream = true
	t.check()
}

func (t *SingleFileTracker) check() {
	if t.upstream && t.count == 0 {
		t.synced.open()
	}
}

// HasSynced reports whether the tracker is done.
func (t *SingleFileTracker) HasSynced() bool { return t.synced.isOpen() }

// Done returns a channel that is closed when the tracker is done.
func (t *SingleFileTracker) Done() <-chan struct{} { return t.synced.done }

// Name returns the name.
func (t *SingleFileTracker) Name() string { return t.synced.name }
