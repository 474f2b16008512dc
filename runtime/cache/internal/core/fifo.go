package core

import (
	"errors"
	"sync"
)

// ErrFIFOClosed is returned by Pop once the queue is closed and empty.
var ErrFIFOClosed = errors.New("DeltaFIFO: manipulating with closed queue")

// Known is what the consumer of a FIFO knows already: the keys and last states of objects that it holds.
type Known[T any] interface {
	Keys() []string
	Get(key string) (T, bool)
}

// FIFOOptions are the options of a FIFO.
type FIFOOptions[T any] struct {
	// Key returns the key of an object. Required.
	Key func(T) (string, error)
	// Known is what the consumer holds; nil for a consumer that remembers nothing.
	Known Known[T]
	// Transform is applied to every object before it is queued, but not to one that is only looked at again.
	Transform func(T) (T, error)
	// OnDrained is called, with the queue locked, when everything up to a resource version has been popped; may be nil.
	OnDrained func(resourceVersion string)
	// EmitReplaced queues the objects of a list as Replaced, not as Sync.
	EmitReplaced bool
}

// FIFO is a queue of objects with what happened to each since its consumer last looked. A key is queued once, in the
// order in which something first happened to it. It is safe for concurrent use.
type FIFO[T any] struct {
	opts FIFOOptions[T]

	mu      sync.Mutex
	news    sync.Cond
	queue   ring[string]
	deltas  map[string][]Delta[T]
	closed  bool
	closing chan struct{}

	// populated is set by the first list, or by whatever comes before it; initial counts the objects of that list that
	// are still queued. With both done the consumer has seen everything that was there at the beginning.
	populated bool
	initial   int
	synced    chan struct{}

	// version is that up to which everything has been queued; reported is the last one that OnDrained was told.
	version, reported string
}

// NewFIFO returns an empty queue.
func NewFIFO[T any](opts FIFOOptions[T]) *FIFO[T] {
	f := &FIFO[T]{opts: opts, deltas: map[string][]Delta[T]{}, closing: make(chan struct{}), synced: make(chan struct{})}
	f.news.L = &f.mu
	return f
}

// Add queues an object that came into being.
func (f *FIFO[T]) Add(obj T) error { return f.change(Added, obj) }

// Update queues an object that has changed.
func (f *FIFO[T]) Update(obj T) error { return f.change(Updated, obj) }

func (f *FIFO[T]) change(event DeltaType, obj T) error {
	key, err := f.opts.Key(obj)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.populate(0)
	return f.push(key, event, obj)
}

// Delete queues the deletion of an object, in its last state. One that neither queue nor consumer knows is left out.
func (f *FIFO[T]) Delete(obj T) error {
	key, err := f.opts.Key(obj)
	if err != nil {
		return err
	}
	return f.DeleteKey(key, Delta[T]{Type: Deleted, Object: obj, HasObject: true})
}

// DeleteKey is Delete for a deletion that is known by its key.
func (f *FIFO[T]) DeleteKey(key string, deletion Delta[T]) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.populate(0)
	if _, queued := f.deltas[key]; !queued {
		if f.opts.Known == nil {
			return nil
		}
		if _, held := f.opts.Known.Get(key); !held {
			return nil
		}
	}
	if deletion.HasObject && !deletion.Unknown && f.opts.Transform != nil {
		var err error
		if deletion.Object, err = f.opts.Transform(deletion.Object); err != nil {
			return err
		}
	}
	f.enqueue(key, deletion)
	return nil
}

// push transforms and queues; the caller holds the lock.
func (f *FIFO[T]) push(key string, event DeltaType, obj T) error {
	if f.opts.Transform != nil && event != Sync {
		var err error
		if obj, err = f.opts.Transform(obj); err != nil {
			return err
		}
	}
	f.enqueue(key, Delta[T]{Type: event, Object: obj, HasObject: true})
	return nil
}

func (f *FIFO[T]) enqueue(key string, delta Delta[T]) {
	was, queued := f.deltas[key]
	f.deltas[key] = merge(was, delta)
	if !queued {
		f.queue.push(key)
	}
	f.news.Signal()
}

// populate notes that the first content is there, of which so many objects are in the queue.
func (f *FIFO[T]) populate(initial int) {
	if f.populated {
		return
	}
	f.populated, f.initial = true, initial
	f.checkSynced()
}

func (f *FIFO[T]) checkSynced() {
	if !f.populated || f.initial > 0 {
		return
	}
	select {
	case <-f.synced:
	default:
		close(f.synced)
	}
}

// Resync queues every object that the consumer holds, to be looked at again, but for those that are queued already:
// what happened to them comes first.
func (f *FIFO[T]) Resync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.opts.Known == nil {
		return nil
	}
	for _, key := range f.opts.Known.Keys() {
		if len(f.deltas[key]) > 0 {
			continue
		}
		if obj, held := f.opts.Known.Get(key); held {
			if err := f.push(key, Sync, obj); err != nil {
				return err
			}
		}
	}
	return nil
}

// Pop waits for the next object and hands what happened to it to process, which no other operation overtakes: the queue
// is locked meanwhile. inInitialList is set while the first list is being worked off. An error of process is returned;
// the object does not come back. Pop fails with ErrFIFOClosed once the queue is closed.
func (f *FIFO[T]) Pop(process func(key string, deltas []Delta[T], inInitialList bool) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.queue.len() == 0 {
		if f.closed {
			return ErrFIFOClosed
		}
		f.news.Wait()
	}
	key := f.queue.pop()
	deltas := f.deltas[key]
	delete(f.deltas, key)
	err := process(key, deltas, !f.populated || f.initial > 0)
	if f.initial > 0 {
		f.initial--
	}
	f.checkSynced()
	f.drained()
	return err
}

// Bookmark tells that everything up to resourceVersion has been queued.
func (f *FIFO[T]) Bookmark(resourceVersion string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.version = resourceVersion
	f.drained()
}

func (f *FIFO[T]) drained() {
	if f.opts.OnDrained != nil && f.queue.len() == 0 && f.version != f.reported {
		f.reported = f.version
		f.opts.OnDrained(f.version)
	}
}

// Close ends the queue: those who wait in Pop are told, as soon as it is empty.
func (f *FIFO[T]) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.closed = true
		close(f.closing)
	}
	f.news.Broadcast()
}

// Closed is closed by Close.
func (f *FIFO[T]) Closed() <-chan struct{} { return f.closing }

// Synced is closed once the first content of the queue has been popped.
func (f *FIFO[T]) Synced() <-chan struct{} { return f.synced }
