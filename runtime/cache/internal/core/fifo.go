package core

import (
	"errors"
	"fmt"
	"sync"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// DeltaType says what happened to an object.
type DeltaType string

// The types of deltas.
const (
	Added   DeltaType = "Added"
	Updated DeltaType = "Updated"
	Deleted DeltaType = "Deleted"
	// Replaced is for an object of a list. It may be new, changed or unchanged.
	Replaced DeltaType = "Replaced"
	// Sync is for an object that is processed again, as in a resync, although nothing happened to it.
	Sync DeltaType = "Sync"
)

// Delta is one event of an object.
type Delta[T any] struct {
	Type DeltaType
	// Object is the object after the event, or for a deletion its last known state.
	Object T
	// Unknown is set for a deletion that was not seen in a watch but inferred from a list. Object is then an earlier state
	// than the final one.
	Unknown bool
	// HasObject is set if Object is known. It is false only for a deletion of which only the key is known.
	HasObject bool
}

// merge appends a delta to those of the same object. Two deletions in a row become one; a final state takes precedence
// over an earlier one.
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

// Known is the state of the consumer of a FIFO: the objects that it holds, by key.
type Known[T any] interface {
	Keys() []string
	Get(key string) (T, bool)
}

// FIFOOptions are the options of a FIFO.
type FIFOOptions[T any] struct {
	// Key returns the key of an object. Required.
	Key func(T) (string, error)
	// Known holds the objects of the consumer; nil means that it keeps none. The FIFO calls it with the queue locked.
	Known Known[T]
	// Transform is applied to every object before it is queued, except in a resync, which queues objects that the consumer
	// holds already; may be nil.
	Transform func(T) (T, error)
	// EmitReplaced queues the objects of a list as Replaced instead of as Sync.
	EmitReplaced bool
}

// FIFO is a queue of objects, each with its deltas since the consumer last popped it. A key is in the queue at most once,
// at the place of its first delta. It is safe for concurrent use.
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

// queued is an element of the queue: the deltas of one object.
type queued[T any] struct {
	key    string
	deltas []Delta[T]
	// first is the memory of the first delta, so that an object with one delta, as most have, needs no more.
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

// Add queues the addition of an object.
func (f *FIFO[T]) Add(obj T) error { return f.change(Added, obj) }

// Update queues the update of an object.
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

// Delete queues the deletion of an object. obj is its last state. It does nothing if neither the queue nor the consumer
// has the object.
func (f *FIFO[T]) Delete(obj T) error {
	key, err := f.opts.Key(obj)
	if err != nil {
		return err
	}
	return f.DeleteKey(key, Delta[T]{Type: Deleted, Object: obj, HasObject: true})
}

// DeleteKey is Delete for the object with this key. It transforms the object of the deletion unless Unknown is set.
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

// knows reports whether the queue or the consumer has a key.
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

// errTransformPanicked is the error for a transform that panicked. It occurs only with utilruntime.ReallyCrash unset;
// otherwise the panic ends the program.
var errTransformPanicked = errors.New("the transform panicked")

// transform applies the transform of the options.
func (f *FIFO[T]) transform(obj T) (T, error) { return transformed(f.opts.Transform, obj) }

// transformed applies a transform, which may be nil. It reports a panic and returns errTransformPanicked.
func transformed[T any](transform func(T) (T, error), obj T) (result T, err error) {
	if transform == nil {
		return obj, nil
	}
	defer utilruntime.HandleCrash(func(any) { err = errTransformPanicked })
	return transform(obj)
}

// prepare is transformed with the key of the object in the error.
func prepare[T any](transform func(T) (T, error), keyOf func(T) (string, error), obj T) (T, error) {
	result, err := transformed(transform, obj)
	if err != nil {
		key, _ := keyOf(obj)
		return result, fmt.Errorf("transform of %q: %w", key, err)
	}
	return result, nil
}

// enqueue adds a delta to the element of its key, and queues a new element if there is none.
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

// push appends an element to the queue and wakes a waiting Pop.
func (f *FIFO[T]) push(q *queued[T]) {
	f.byKey[q.key] = q
	f.queue.push(q)
	f.pushed++
	f.news.Signal()
}

// take returns an empty element, a released one if there is any.
func (f *FIFO[T]) take() *queued[T] {
	n := len(f.spare)
	if n == 0 {
		return &queued[T]{}
	}
	q := f.spare[n-1]
	f.spare = f.spare[:n-1]
	return q
}

// release empties an element and keeps it for take, unless enough are kept.
func (f *FIFO[T]) release(q *queued[T]) {
	const enough = 256
	if len(f.spare) < enough {
		*q = queued[T]{}
		f.spare = append(f.spare, q)
	}
}

// Resync queues a Sync for every object that the consumer holds. It omits objects that are queued already, because the
// consumer is going to process them anyway.
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

// RequeueError is an error of the process function of Pop. It makes Pop put the object back at the end of the queue, with
// its deltas. Err is the reason, or nil if nothing went wrong.
type RequeueError struct{ Err error }

// Error returns a message with that of Err.
func (e *RequeueError) Error() string { return fmt.Sprintf("to be tried again: %v", e.Err) }

// Unwrap returns Err.
func (e *RequeueError) Unwrap() error { return e.Err }

// Pop waits for the next object, removes it from the queue and calls process with its deltas. inInitialList is set until
// all objects of the first list have been processed.
//
// The queue is locked while process runs, so process must not call the queue. The deltas belong to the queue: process
// must not keep or change the slice. Pop returns the error of process. If that is a [RequeueError], the object returns to
// the queue and Pop returns the Err in it. Pop returns [ErrFIFOClosed] once the queue is closed and empty.
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

// finish counts an element that was popped, and releases it or queues it again. It returns the error for the caller of
// Pop.
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

// Close closes the queue. Pop goes on until the queue is empty, and then returns ErrFIFOClosed.
func (f *FIFO[T]) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.closed = true
		close(f.closing)
	}
	f.news.Broadcast()
}

// Closed returns a channel that Close closes.
func (f *FIFO[T]) Closed() <-chan struct{} { return f.closing }

// Synced returns a channel that is closed once the first list has been popped. If an object was added, updated or deleted
// before any list, there is no first list to wait for, and the channel is closed at that time.
func (f *FIFO[T]) Synced() <-chan struct{} { return f.synced }
