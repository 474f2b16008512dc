package cache

import (
	"errors"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// DeltaType says what happened to an object.
type DeltaType string

// What happens to objects.
const (
	Added   DeltaType = "Added"
	Updated DeltaType = "Updated"
	Deleted DeltaType = "Deleted"
	// Replaced is for an object of a list, which may be new, changed or as it was; queued with EmitDeltaTypeReplaced.
	Replaced DeltaType = "Replaced"
	// Sync is for an object that is looked at again though nothing happened.
	Sync DeltaType = "Sync"
)

// Delta is one thing that happened to an object, and the object after it.
type Delta struct {
	Type   DeltaType
	Object interface{}
}

// Deltas is what happened to one object, the oldest first.
type Deltas []Delta

// Oldest returns the first delta, nil where there is none.
func (d Deltas) Oldest() *Delta {
	if len(d) == 0 {
		return nil
	}
	return &d[0]
}

// Newest returns the last delta, nil where there is none.
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

// KeyGetter returns what is stored under a key.
type KeyGetter interface {
	GetByKey(key string) (value interface{}, exists bool, err error)
}

// KeyListerGetter is what a queue needs to know of its consumer's store.
type KeyListerGetter interface {
	KeyLister
	KeyGetter
}

// PopProcessFunc takes what Pop has taken from a queue: for a DeltaFIFO, Deltas.
type PopProcessFunc func(obj interface{}, isInInitialList bool) error

// Queue is a ReflectorStore from which a consumer takes what has come in.
type Queue interface {
	ReflectorStore
	// Pop waits for the next object and hands it to process, with the queue locked. It returns what process was given, and
	// what process returned.
	Pop(process PopProcessFunc) (interface{}, error)
	// HasSynced reports whether the first list has been popped.
	HasSynced() bool
	// HasSyncedChecker is HasSynced to wait for.
	HasSyncedChecker() DoneChecker
	// Close ends the queue.
	Close()
}

// ErrFIFOClosed is returned by Pop once the queue is closed and empty.
var ErrFIFOClosed = core.ErrFIFOClosed

// ErrZeroLengthDeltasObject is in the KeyError of Deltas without any.
var ErrZeroLengthDeltasObject = errors.New("0 length Deltas object; can't get key")

// ErrRequeue asks for another try: where a PopProcessFunc returns it, the object goes back to the end of the queue, with
// what happened to it, and Pop returns Err.
type ErrRequeue struct {
	// Err is why; nil where nothing went wrong.
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
	// KnownObjects is what the consumer holds; nil for a consumer that remembers nothing.
	KnownObjects KeyListerGetter
	// EmitDeltaTypeReplaced queues objects of a list as Replaced, not as Sync.
	EmitDeltaTypeReplaced bool
	// Transformer is applied to every object before it is queued, but not to one that is only looked at again.
	Transformer TransformFunc
	// Name is for logs.
	Name string
	// Logger is there for compatibility: the queue returns what goes wrong, and logs nothing.
	Logger *klog.Logger
}

// DeltaFIFO is a queue of objects with what happened to each since its consumer last looked: a key is queued once, in
// the order in which something first happened to it. It is safe for concurrent use.
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

// knownObjects is a consumer's store as the core asks it.
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

// Add queues an object that came into being.
func (f *DeltaFIFO) Add(obj interface{}) error { return f.fifo.Add(obj) }

// Update queues an object that has changed.
func (f *DeltaFIFO) Update(obj interface{}) error { return f.fifo.Update(obj) }

// Delete queues a deletion; one of an object that neither queue nor consumer knows is left out.
func (f *DeltaFIFO) Delete(obj interface{}) error {
	if unknown, ok := obj.(DeletedFinalStateUnknown); ok {
		return f.fifo.DeleteKey(unknown.Key, core.Delta[interface{}]{
			Type: core.Deleted, Object: unknown.Obj, Unknown: true, HasObject: unknown.Obj != nil,
		})
	}
	return f.fifo.Delete(obj)
}

// Replace queues a list as the whole of what there is, and the deletion of everything else.
func (f *DeltaFIFO) Replace(list []interface{}, _ string) error { return f.fifo.Replace(list) }

// Bookmark does nothing: the consumer of a DeltaFIFO is not told of versions.
func (f *DeltaFIFO) Bookmark(string) error { return nil }

// Resync queues everything that the consumer holds to be looked at again, but for what is queued already.
func (f *DeltaFIFO) Resync() error { return f.fifo.Resync() }

// Pop waits for the next object and hands its Deltas to process, with the queue locked.
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

// HasSyncedChecker is HasSynced to wait for.
func (f *DeltaFIFO) HasSyncedChecker() DoneChecker {
	return done{name: f.name, ch: f.fifo.Synced()}
}

// Close ends the queue.
func (f *DeltaFIFO) Close() { f.fifo.Close() }

// Done is closed by Close.
func (f *DeltaFIFO) Done() <-chan struct{} { return f.fifo.Closed() }

// IsClosed reports whether Close was called.
func (f *DeltaFIFO) IsClosed() bool { return IsDone(done{ch: f.fifo.Closed()}) }

// Name returns the name of the options.
func (f *DeltaFIFO) Name() string { return f.name }

// Transformer returns the transform of the options.
func (f *DeltaFIFO) Transformer() TransformFunc { return f.transform }
