package core

import (
	"errors"
	"fmt"
	"sync"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// DeltaType says what happened to an object.
type DeltaType string

// What happens to objects.
const (
	Added   DeltaType = "Added"
	Updated DeltaType = "Updated"
	Deleted DeltaType = "Deleted"
	// Replaced is for an object of a list, which may be new, changed or as it was.
	Replaced DeltaType = "Replaced"
	// Sync is for an object that is looked at again though nothing happened.
	Sync DeltaType = "Sync"
)

// Delta is one thing that happened to an object.
type Delta[T any] struct {
	Type DeltaType
	// Object is the object after it happened; for a deletion the last state that is known.
	Object T
	// Unknown is set for a deletion that was not seen but noticed: Object is then an older state, and where HasObject is
	// false none is known at all.
	Unknown   bool
	HasObject bool
}

// merge adds a delta to those of the same object. Two deletions in a row become one, that which knows more.
func merge[T any](deltas []Delta[T], next Delta[T]) []Delta[T] {
	n := len(deltas)
	if n == 0 || deltas[n-1].Type != Deleted || next.Type != Deleted {
		return append(deltas, next)
	}
	if !next.Unknown {
		deltas[n-1] = next
	}
	return deltas
}

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
	// EmitReplaced queues the objects of a list as Replaced, not as Sync.
	EmitReplaced bool
}

// FIFO is a queue of objects with what happened to each since its consumer last looked. A key is queued once, in the
// order in which something first happened to it. It is safe for concurrent use.
type FIFO[T any] struct {
	opts FIFOOptions[T]

	mu      sync.Mutex
	news    sync.Cond
	queue   ring[*queued[T]]
	byKey   map[string]*queued[T]
	spare   []*queued[T]
	closed  bool
	closing chan struct{}

	progress
}

// queued is an object in the queue.
type queued[T any] struct {
	key    string
	deltas []Delta[T]
	// first is where deltas begin, since most objects have one.
	first [1]Delta[T]
}

// NewFIFO returns an empty queue.
func NewFIFO[T any](opts FIFOOptions[T]) *FIFO[T] {
	f := &FIFO[T]{
		opts:     opts,
		byKey:    map[string]*queued[T]{},
		closing:  make(chan struct{}),
		progress: progress{synced: make(chan struct{})},
	}
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
	f.begin()
	if obj, err = f.transform(obj); err != nil {
		return err
	}
	f.enqueue(key, Delta[T]{Type: event, Object: obj, HasObject: true})
	return nil
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
	f.begin()
	if !f.knows(key) {
		return nil
	}
	if deletion.HasObject && !deletion.Unknown {
		var err error
		if deletion.Object, err = f.transform(deletion.Object); err != nil {
			return err
		}
	}
	f.enqueue(key, deletion)
	return nil
}

// knows reports whether queue or consumer know a key.
func (f *FIFO[T]) knows(key string) bool {
	if _, queued := f.byKey[key]; queued {
		return true
	}
	if f.opts.Known == nil {
		return false
	}
	_, held := f.opts.Known.Get(key)
	return held
}

// errTransformPanicked stands for a transform that panicked, where the program was told to live on.
var errTransformPanicked = errors.New("the transform panicked")

// transform applies the transform of the options.
func (f *FIFO[T]) transform(obj T) (T, error) { return transformed(f.opts.Transform, obj) }

// transformed applies a transform, nil for none. Its panic is reported.
func transformed[T any](transform func(T) (T, error), obj T) (result T, err error) {
	if transform == nil {
		return obj, nil
	}
	defer utilruntime.HandleCrash(func(any) { err = errTransformPanicked })
	return transform(obj)
}

// prepare is transformed with errors that name the object.
func prepare[T any](transform func(T) (T, error), keyOf func(T) (string, error), obj T) (T, error) {
	result, err := transformed(transform, obj)
	if err != nil {
		key, _ := keyOf(obj)
		return result, fmt.Errorf("transform of %q: %w", key, err)
	}
	return result, nil
}

func (f *FIFO[T]) enqueue(key string, delta Delta[T]) {
	q, waits := f.byKey[key]
	if waits {
		q.deltas = merge(q.deltas, delta)
		return
	}
	q = f.take()
	q.key, q.first[0] = key, delta
	q.deltas = q.first[:1]
	f.push(q)
}

func (f *FIFO[T]) push(q *queued[T]) {
	f.byKey[q.key] = q
	f.queue.push(q)
	f.pushed++
	f.news.Signal()
}

// take returns an empty element, a used one where there is any.
func (f *FIFO[T]) take() *queued[T] {
	n := len(f.spare)
	if n == 0 {
		return &queued[T]{}
	}
	q := f.spare[n-1]
	f.spare = f.spare[:n-1]
	return q
}

// release keeps a used element for later.
func (f *FIFO[T]) release(q *queued[T]) {
	const enough = 256
	if len(f.spare) < enough {
		*q = queued[T]{}
		f.spare = append(f.spare, q)
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
		if _, queued := f.byKey[key]; queued {
			continue
		}
		if obj, held := f.opts.Known.Get(key); held {
			f.enqueue(key, Delta[T]{Type: Sync, Object: obj, HasObject: true})
		}
	}
	return nil
}

// RequeueError asks for another try: where process returns it, the object goes back to the end of the queue, with what
// happened to it. Err is why; nil where nothing went wrong.
type RequeueError struct{ Err error }

// Error is that of Err.
func (e *RequeueError) Error() string { return fmt.Sprintf("to be tried again: %v", e.Err) }

// Unwrap returns Err.
func (e *RequeueError) Unwrap() error { return e.Err }

// Pop waits for the next object and hands what happened to it to process, which no other operation overtakes: the queue
// is locked meanwhile, and the deltas are the queue's. inInitialList is set while the first list is being worked off. An
// error of process is returned; the object comes back only where it is a RequeueError, whose Err is returned. Pop fails
// with ErrFIFOClosed once the queue is closed and empty.
func (f *FIFO[T]) Pop(process func(key string, deltas []Delta[T], inInitialList bool) error) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.queue.len() == 0 {
		if f.closed {
			return ErrFIFOClosed
		}
		f.news.Wait()
	}
	q := f.queue.pop()
	delete(f.byKey, q.key)
	defer func() { err = f.finish(q, err) }() // after a panic too, or the queue would lose count
	return process(q.key, q.deltas, !f.done())
}

// finish notes what has become of an element that was popped, and returns the error for whoever popped it.
func (f *FIFO[T]) finish(q *queued[T], err error) error {
	f.popped++
	var again *RequeueError
	if err != nil && errors.As(err, &again) {
		f.push(q)
		f.delay()
		return again.Err
	}
	f.release(q)
	f.check()
	return err
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
