package cache

import (
	"errors"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// DeltaType says what happened to an object.
type DeltaType string

// The types of deltas.
const (
	Added   DeltaType = "Added"
	Updated DeltaType = "Updated"
	Deleted DeltaType = "Deleted"
	// Replaced is for an object of a list, if EmitDeltaTypeReplaced is set. It may be new, changed or unchanged.
	Replaced DeltaType = "Replaced"
	// Sync is for an object that is processed again, as in a resync, although nothing happened to it.
	Sync DeltaType = "Sync"
)

// Delta is one event of an object, with the object after the event.
type Delta struct {
	Type   DeltaType
	Object interface{}
}

// Deltas holds the events of one object, the oldest first.
type Deltas []Delta

// Oldest returns the first delta, or nil if there is none.
func (d Deltas) Oldest() *Delta {
	if len(d) == 0 {
		return nil
	}
	return &d[0]
}

// Newest returns the last delta, or nil if there is none.
func (d Deltas) Newest() *Delta {
	if len(d) == 0 {
		return nil
	}
	return &d[len(d)-1]
}

// KeyLister lists keys.
type KeyLister interface {
	ListKeys() []string
}

// KeyGetter returns the object that is stored under a key.
type KeyGetter interface {
	GetByKey(key string) (value interface{}, exists bool, err error)
}

// KeyListerGetter is the part of the consumer's store that a queue needs.
type KeyListerGetter interface {
	KeyLister
	KeyGetter
}

// PopProcessFunc processes what Pop has removed from a queue. For a DeltaFIFO, obj is of type Deltas.
type PopProcessFunc func(obj interface{}, isInInitialList bool) error

// Queue is a ReflectorStore whose consumer pops what the reflector has added.
type Queue interface {
	ReflectorStore
	// Pop waits for the next object and calls process with it, with the queue locked. It returns the object and the error of
	// process.
	Pop(process PopProcessFunc) (interface{}, error)
	// HasSynced reports whether the first list has been popped.
	HasSynced() bool
	// HasSyncedChecker returns a DoneChecker to wait for HasSynced.
	HasSyncedChecker() DoneChecker
	// Close closes the queue. Pop goes on until it is empty.
	Close()
}

// ErrFIFOClosed is returned by Pop once the queue is closed and empty.
var ErrFIFOClosed = core.ErrFIFOClosed

// ErrZeroLengthDeltasObject is in the KeyError for empty Deltas.
var ErrZeroLengthDeltasObject = errors.New("0 length Deltas object; can't get key")

// ErrRequeue is an error of a PopProcessFunc. It makes Pop of a DeltaFIFO put the object back at the end of the queue, with
// its deltas, and return Err.
type ErrRequeue struct {
	// Err is the reason; nil if nothing went wrong.
	Err error
}

// Error is that of Err.
func (e ErrRequeue) Error() string {
	if e.Err == nil {
		return "the popped item should be requeued without returning an error"
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e ErrRequeue) Unwrap() error { return e.Err }

// DeltaFIFOOptions are the options of a DeltaFIFO.
type DeltaFIFOOptions struct {
	// KeyFunction returns keys; nil means MetaNamespaceKeyFunc.
	KeyFunction KeyFunc
	// KnownObjects is the store of the consumer; nil means that it keeps no objects.
	KnownObjects KeyListerGetter
	// EmitDeltaTypeReplaced queues objects of a list as Replaced, not as Sync.
	EmitDeltaTypeReplaced bool
	// Transformer is applied to every object before it is queued, except in a resync; may be nil.
	Transformer TransformFunc
	// Name is returned by the method Name.
	Name string
	// Logger has no effect: the queue returns its errors and logs nothing. It exists because client-go has it.
	Logger *klog.Logger
}

// DeltaFIFO is a queue of objects, each with its deltas since the consumer last popped it. A key is in the queue at most
// once, at the place of its first delta. It is safe for concurrent use.
type DeltaFIFO struct {
	fifo      *core.FIFO[interface{}]
	key       KeyFunc
	transform TransformFunc
	name      string
}

var (
	_ Queue                  = (*DeltaFIFO)(nil)
	_ TransformingStore      = (*DeltaFIFO)(nil)
	_ ReflectorBookmarkStore = (*DeltaFIFO)(nil)
)

// NewDeltaFIFOWithOptions returns an empty DeltaFIFO.
func NewDeltaFIFOWithOptions(opts DeltaFIFOOptions) *DeltaFIFO {
	if opts.KeyFunction == nil {
		opts.KeyFunction = MetaNamespaceKeyFunc
	}
	f := &DeltaFIFO{key: opts.KeyFunction, transform: opts.Transformer, name: opts.Name}
	options := core.FIFOOptions[interface{}]{
		Key: f.KeyOf, EmitReplaced: opts.EmitDeltaTypeReplaced, Transform: opts.Transformer,
	}
	if opts.KnownObjects != nil {
		options.Known = knownObjects{opts.KnownObjects}
	}
	f.fifo = core.NewFIFO(options)
	return f
}

// knownObjects wraps a consumer's store for package core.
type knownObjects struct{ store KeyListerGetter }

func (k knownObjects) Keys() []string { return k.store.ListKeys() }

func (k knownObjects) Get(key string) (interface{}, bool) {
	obj, exists, err := k.store.GetByKey(key)
	return obj, exists && err == nil
}

// KeyOf returns the key of an object, of Deltas or of a DeletedFinalStateUnknown.
func (f *DeltaFIFO) KeyOf(obj interface{}) (string, error) {
	switch o := obj.(type) {
	case Deltas:
		if len(o) == 0 {
			return "", KeyError{Obj: obj, Err: ErrZeroLengthDeltasObject}
		}
		return f.KeyOf(o.Newest().Object)
	case DeletedFinalStateUnknown:
		return o.Key, nil
	}
	key, err := f.key(obj)
	if err != nil {
		return "", KeyError{Obj: obj, Err: err}
	}
	return key, nil
}

// Add queues the addition of an object.
func (f *DeltaFIFO) Add(obj interface{}) error { return f.fifo.Add(obj) }

// Update queues the update of an object.
func (f *DeltaFIFO) Update(obj interface{}) error { return f.fifo.Update(obj) }

// Delete queues the deletion of an object. It does nothing if neither the queue nor the consumer has the object.
func (f *DeltaFIFO) Delete(obj interface{}) error {
	if unknown, ok := obj.(DeletedFinalStateUnknown); ok {
		return f.fifo.DeleteKey(unknown.Key, core.Delta[interface{}]{
			Type: core.Deleted, Object: unknown.Obj, Unknown: true, HasObject: unknown.Obj != nil,
		})
	}
	return f.fifo.Delete(obj)
}

// Replace queues the objects of a complete list, and the deletion of every other object that the queue or the consumer has.
func (f *DeltaFIFO) Replace(list []interface{}, _ string) error { return f.fifo.Replace(list) }

// Bookmark does nothing: a DeltaFIFO does not queue resource versions.
func (f *DeltaFIFO) Bookmark(string) error { return nil }

// Resync queues a Sync for every object that the consumer has, except for objects that are queued already.
func (f *DeltaFIFO) Resync() error { return f.fifo.Resync() }

// Pop waits for the next object and calls process with its Deltas, with the queue locked. It returns the Deltas and the
// error of process, or ErrFIFOClosed once the queue is closed and empty.
func (f *DeltaFIFO) Pop(process PopProcessFunc) (interface{}, error) {
	var popped Deltas
	err := f.fifo.Pop(func(key string, deltas []core.Delta[interface{}], inInitialList bool) error {
		popped = make(Deltas, len(deltas))
		for i, d := range deltas {
			popped[i] = Delta{Type: DeltaType(d.Type), Object: d.Object}
			if d.Type == core.Deleted {
				popped[i].Object = deletedObject(key, d.Object, d.Unknown, d.HasObject)
			}
		}
		err := process(popped, inInitialList)
		if again, ok := errors.AsType[ErrRequeue](err); ok {
			return &core.RequeueError{Err: again.Err}
		}
		return err
	})
	if popped == nil {
		return nil, err
	}
	return popped, err
}

// HasSynced reports whether the first list has been popped.
func (f *DeltaFIFO) HasSynced() bool { return IsDone(f.HasSyncedChecker()) }

// HasSyncedChecker returns a DoneChecker to wait for HasSynced.
func (f *DeltaFIFO) HasSyncedChecker() DoneChecker {
	return done{name: f.name, ch: f.fifo.Synced()}
}

// Close closes the queue. Pop goes on until it is empty.
func (f *DeltaFIFO) Close() { f.fifo.Close() }

// Done returns a channel that Close closes.
func (f *DeltaFIFO) Done() <-chan struct{} { return f.fifo.Closed() }

// IsClosed reports whether Close was called.
func (f *DeltaFIFO) IsClosed() bool { return IsDone(done{ch: f.fifo.Closed()}) }

// Name returns the name of the options.
func (f *DeltaFIFO) Name() string { return f.name }

// Transformer returns the transform of the options.
func (f *DeltaFIFO) Transformer() TransformFunc { return f.transform }
