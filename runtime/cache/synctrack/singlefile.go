package synctrack

import "sync"

// SingleFileTracker knows when as many things have finished as were started, for those who do one after the other. It is
// safe for concurrent use.
type SingleFileTracker struct {
	synced latch

	mu       sync.Mutex
	upstream bool
	count    int
}

// NewSingleFileTracker returns a tracker; the name is for those who wait for it.
func NewSingleFileTracker(name string) *SingleFileTracker {
	return &SingleFileTracker{synced: newLatch(name)}
}

// Start begins something. It must come before the UpstreamHasSynced that is to wait for it.
func (t *SingleFileTracker) Start() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
}

// Finished ends something. It panics where nothing was begun: the tracker would be done too early.
func (t *SingleFileTracker) Finished() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count--
	if t.count < 0 {
		panic("synctrack: negative counter of " + t.synced.name + ": more has finished than was started, so that HasSynced may be wrong")
	}
	t.check()
}

// UpstreamHasSynced tells that everything of the initial list has been started. It may be called many times.
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

// Done is closed when the tracker is done.
func (t *SingleFileTracker) Done() <-chan struct{} { return t.synced.done }

// Name returns the name.
func (t *SingleFileTracker) Name() string { return t.synced.name }
