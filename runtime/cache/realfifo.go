package cache

import (
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/klog/v2"
)

// The types of deltas of a RealFIFO that are not about a single object.
const (
	// ReplacedAll is for a complete list; its object is a ReplacedAllInfo.
	ReplacedAll DeltaType = "ReplacedAll"
	// SyncAll is for a resync of all objects of the consumer; its object is a SyncAllInfo.
	SyncAll DeltaType = "SyncAll"
	// Bookmark is for a resource version; its object is a BookmarkInfo.
	Bookmark DeltaType = "Bookmark"
)

// ReplacedAllInfo holds the transformed objects of a list, and its resource version.
type ReplacedAllInfo struct {
	ResourceVersion string
	Objects         []interface{}
}

// BookmarkInfo holds the resource version up to which all changes are before it in the queue.
type BookmarkInfo struct{ ResourceVersion string }

// SyncAllInfo is empty, because the consumer knows its objects.
type SyncAllInfo struct{}

// RealFIFOOptions are the options of a RealFIFO.
type RealFIFOOptions struct {
	// Logger has no effect: the queue returns its errors and logs nothing. It exists because client-go has it.
	Logger *klog.Logger
	// Name is returned by the method Name, unless Identifier has a name; empty means "RealFIFO".
	Name string
	// KeyFunction returns keys; nil means MetaNamespaceKeyFunc.
	KeyFunction KeyFunc
	// KnownObjects is the store of the consumer. It is required without AtomicEvents, and must be nil with it.
	KnownObjects KeyListerGetter
	// Transformer is applied to every object before it is queued, except in a resync; may be nil.
	Transformer TransformFunc
	// AtomicEvents queues a list as one ReplacedAll and a resync as one SyncAll, instead of one element for each object.
	AtomicEvents bool
	// UnlockWhileProcessing unlocks the queue while elements are processed, as long as the queue is short. It requires
	// AtomicEvents, and that only one goroutine pops.
	UnlockWhileProcessing bool
	// Identifier is the name of the queue in metrics, which are its length and the time that processing takes; the zero value
	// publishes none. MetricsProvider makes the metrics; nil means the provider of SetInformerMetricsProvider.
	Identifier      InformerNameAndResource
	MetricsProvider InformerMetricsProvider
	// EmitDeltaTypeBookmark queues bookmarks. It requires AtomicEvents.
	EmitDeltaTypeBookmark bool
}

// check panics for options that contradict each other, since the constructor returns no error.
func (o RealFIFOOptions) check() {
	switch {
	case o.AtomicEvents && o.KnownObjects != nil:
		panic("RealFIFOOptions: KnownObjects must be nil with AtomicEvents")
	case !o.AtomicEvents && o.UnlockWhileProcessing:
		panic("RealFIFOOptions: UnlockWhileProcessing demands AtomicEvents")
	case !o.AtomicEvents && o.KnownObjects == nil:
		panic("RealFIFOOptions: KnownObjects is required without AtomicEvents")
	case !o.AtomicEvents && o.EmitDeltaTypeBookmark:
		panic("RealFIFOOptions: EmitDeltaTypeBookmark demands AtomicEvents")
	}
}

// RealFIFO is a queue of deltas in the order in which they were added. Unlike a DeltaFIFO, it keeps the order of deltas of
// different objects, and does not combine the deltas of one object. No informer of this package uses it. It is safe for
// concurrent use.
type RealFIFO struct {
	intake

	items       []Delta
	keyFunc     KeyFunc
	known       KeyListerGetter
	transformer TransformFunc
	name        string
	batchSize   int
	metrics     *informerObserver[interface{}]

	emitAtomicEvents, emitDeltaTypeBookmark, unlocks bool
}

var (
	_ QueueWithBatch         = (*RealFIFO)(nil)
	_ TransformingStore      = (*RealFIFO)(nil)
	_ ReflectorBookmarkStore = (*RealFIFO)(nil)
	_ DoneChecker            = (*RealFIFO)(nil)
)

// NewRealFIFO returns an empty RealFIFO.
func NewRealFIFO(keyFunc KeyFunc, knownObjects KeyListerGetter, transformer TransformFunc) *RealFIFO {
	return NewRealFIFOWithOptions(RealFIFOOptions{KeyFunction: keyFunc, KnownObjects: knownObjects, Transformer: transformer})
}

// NewRealFIFOWithOptions returns an empty RealFIFO. It panics for options that contradict each other.
func NewRealFIFOWithOptions(opts RealFIFOOptions) *RealFIFO {
	const batchSize = 1000
	opts.check()
	f := &RealFIFO{
		keyFunc: opts.KeyFunction, known: opts.KnownObjects, transformer: opts.Transformer, batchSize: batchSize,
		emitAtomicEvents: opts.AtomicEvents, emitDeltaTypeBookmark: opts.EmitDeltaTypeBookmark, unlocks: opts.UnlockWhileProcessing,
		metrics: queueMetrics(opts.Identifier, opts.MetricsProvider),
		name:    "RealFIFO",
	}
	if f.keyFunc == nil {
		f.keyFunc = MetaNamespaceKeyFunc
	}
	if opts.Name != "" {
		f.name = opts.Name
	}
	if name := opts.Identifier.Name(); name != "" {
		f.name = name
	}
	f.init()
	return f
}

// Name returns the name of the queue.
func (f *RealFIFO) Name() string { return f.name }

// Transformer returns the transform of the options.
func (f *RealFIFO) Transformer() TransformFunc { return f.transformer }

// HasSyncedChecker returns a DoneChecker to wait for HasSynced.
func (f *RealFIFO) HasSyncedChecker() DoneChecker { return f }

// keyOf returns the key of an object, of its deltas or of a DeletedFinalStateUnknown.
func (f *RealFIFO) keyOf(obj interface{}) (string, error) {
	switch o := obj.(type) {
	case Deltas:
		if len(o) == 0 {
			return "", KeyError{Obj: obj, Err: ErrZeroLengthDeltasObject}
		}
		return f.keyOf(o.Newest().Object)
	case Delta:
		return f.keyOf(o.Object)
	case DeletedFinalStateUnknown:
		return o.Key, nil
	}
	return f.keyFunc(obj)
}

// Add queues the addition of an object.
func (f *RealFIFO) Add(obj interface{}) error { return f.change(Added, obj) }

// Update queues the update of an object.
func (f *RealFIFO) Update(obj interface{}) error { return f.change(Updated, obj) }

// Delete queues the deletion of an object, even if neither the queue nor the consumer has it.
func (f *RealFIFO) Delete(obj interface{}) error { return f.change(Deleted, obj) }

func (f *RealFIFO) change(event DeltaType, obj interface{}) error {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.populate(0)
	delta, err := f.prepared(event, obj)
	if err != nil {
		return err
	}
	f.push(delta)
	return nil
}

// prepared returns the delta to queue for an object. It fails if the object has no key.
func (f *RealFIFO) prepared(event DeltaType, obj interface{}) (Delta, error) {
	if _, err := f.keyOf(obj); err != nil {
		return Delta{}, KeyError{Obj: obj, Err: err}
	}
	if _, unknown := obj.(DeletedFinalStateUnknown); !unknown {
		var err error
		if obj, err = f.transformed(obj); err != nil {
			return Delta{}, err
		}
	}
	return Delta{Type: event, Object: obj}, nil
}

func (f *RealFIFO) transformed(obj interface{}) (interface{}, error) {
	if f.transformer == nil {
		return obj, nil
	}
	return f.transformer(obj)
}

func (f *RealFIFO) push(deltas ...Delta) {
	f.items = append(f.items, deltas...)
	f.metrics.Queued(len(f.items))
	f.cond.Broadcast()
}

// Replace queues a complete list. With AtomicEvents, it queues one element. Otherwise it queues the deletion of every other
// object, and then an element for each object of the list. An error means that nothing was queued.
func (f *RealFIFO) Replace(newItems []interface{}, resourceVersion string) error {
	f.lock.Lock()
	defer f.lock.Unlock()
	replace := f.replacement
	if f.emitAtomicEvents {
		replace = func(items []interface{}) ([]Delta, error) { return f.replacedAll(items, resourceVersion) }
	}
	deltas, err := replace(newItems)
	if err != nil {
		return err
	}
	f.push(deltas...)
	f.populate(len(f.items))
	return nil
}

func (f *RealFIFO) replacedAll(items []interface{}, resourceVersion string) ([]Delta, error) {
	objects := make([]interface{}, len(items))
	for i, item := range items {
		var err error
		if objects[i], err = f.transformed(item); err != nil {
			return nil, err
		}
	}
	return []Delta{{Type: ReplacedAll, Object: ReplacedAllInfo{ResourceVersion: resourceVersion, Objects: objects}}}, nil
}

// replacement returns the deltas of a list: the deletion of each object that the queue or the consumer has and the list
// lacks, and a Replaced for each object of the list.
func (f *RealFIFO) replacement(items []interface{}) ([]Delta, error) {
	listed := sets.New[string]()
	replaced := make([]Delta, len(items))
	for i, item := range items {
		var err error
		if replaced[i], err = f.prepared(Replaced, item); err != nil {
			return nil, err
		}
		key, _ := f.keyOf(item) // prepared has checked it
		listed.Insert(key)
	}
	order, last, err := f.queued()
	if err != nil {
		return nil, err
	}
	var deltas []Delta
	for _, key := range order {
		if queued := last[key]; !listed.Has(key) && queued.Type != Deleted {
			deltas = append(deltas, Delta{Deleted, DeletedFinalStateUnknown{Key: key, Obj: queued.Object}})
		}
	}
	for _, key := range f.known.ListKeys() {
		if _, waits := last[key]; waits || listed.Has(key) {
			continue
		}
		obj, exists, err := f.known.GetByKey(key)
		if err != nil || !exists {
			obj = nil // only the key is known
		}
		deltas = append(deltas, Delta{Deleted, DeletedFinalStateUnknown{Key: key, Obj: obj}})
	}
	return append(deltas, replaced...), nil
}

// queued returns the keys in the queue, in the order of their first delta, and the last delta of each.
func (f *RealFIFO) queued() (order []string, last map[string]Delta, _ error) {
	last = make(map[string]Delta, len(f.items))
	for _, item := range f.items {
		key, err := f.keyOf(item)
		if err != nil {
			return nil, nil, KeyError{Obj: item.Object, Err: err}
		}
		if _, seen := last[key]; !seen {
			order = append(order, key)
		}
		last[key] = item
	}
	return order, last, nil
}

// Resync queues a resync of the objects of the consumer. With AtomicEvents, it queues one SyncAll. Otherwise it queues a
// Sync for each object that is not in the queue already.
func (f *RealFIFO) Resync() error {
	f.lock.Lock()
	defer f.lock.Unlock()
	if f.emitAtomicEvents {
		f.push(Delta{Type: SyncAll, Object: SyncAllInfo{}})
		return nil
	}
	if f.known == nil {
		return nil
	}
	_, last, err := f.queued()
	if err != nil {
		return err
	}
	for _, key := range f.known.ListKeys() {
		if _, waits := last[key]; waits {
			continue
		}
		if obj, exists, err := f.known.GetByKey(key); err == nil && exists {
			f.push(Delta{Type: Sync, Object: obj})
		}
	}
	return nil
}

// Bookmark queues a resource version if EmitDeltaTypeBookmark is set, and otherwise does nothing.
func (f *RealFIFO) Bookmark(resourceVersion string) error {
	if !f.emitDeltaTypeBookmark {
		return nil
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.push(Delta{Type: Bookmark, Object: BookmarkInfo{ResourceVersion: resourceVersion}})
	return nil
}

// Pop waits for the next element, removes it and calls process with it, as Deltas of length one.
func (f *RealFIFO) Pop(process PopProcessFunc) (interface{}, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	if err := f.await(func() int { return len(f.items) }); err != nil {
		return nil, err
	}
	deltas := Deltas(f.take(1))
	return deltas, f.process(1, func(initial bool) error { return process(deltas, initial) })
}

// PopBatch waits for the next elements, removes as many as one call may process, and calls processBatch with them, or
// processSingle if there is only one. The elements of a batch are of different objects, and either all or none of them
// belong to the first list. An element that is not about one object, or whose object has no key, is processed alone.
func (f *RealFIFO) PopBatch(processBatch ProcessBatchFunc, processSingle PopProcessFunc) error {
	f.lock.Lock()
	defer f.lock.Unlock()
	if err := f.await(func() int { return len(f.items) }); err != nil {
		return err
	}
	deltas := f.take(f.batch())
	return f.process(len(deltas), func(initial bool) error {
		if len(deltas) == 1 {
			return processSingle(Deltas(deltas), initial)
		}
		return processBatch(deltas, initial)
	})
}

// batch returns the number of elements of the next batch, at least one.
func (f *RealFIFO) batch() int {
	n := min(len(f.items), f.batchSize)
	if f.toCome > 0 {
		n = min(n, f.toCome)
	}
	seen := sets.New[string]()
	for i, item := range f.items[:n] {
		switch item.Type {
		case Sync, Replaced, Added, Updated, Deleted:
		default:
			return max(1, i)
		}
		key, err := f.keyOf(item)
		if err != nil {
			return i + 1 // the consumer gets the element without a key too
		}
		if seen.Has(key) {
			return i
		}
		seen.Insert(key)
	}
	return n
}

// take removes and returns the first n elements.
func (f *RealFIFO) take(n int) []Delta {
	taken := append([]Delta(nil), f.items[:n]...)
	clear(f.items[:n])
	f.items = f.items[n:]
	f.metrics.Queued(len(f.items))
	return taken
}

// process calls process for n elements that have been taken. With UnlockWhileProcessing, it unlocks the queue meanwhile if
// the queue is short. A long queue stays locked, so that a slow consumer delays those who add.
func (f *RealFIFO) process(n int, process func(inInitialList bool) error) error {
	defer f.popped(n)
	initial := !f.HasSynced()
	if f.unlocks && len(f.items) < 2*f.batchSize {
		f.lock.Unlock()
		defer f.lock.Lock()
	}
	begun := time.Now()
	defer func() { f.metrics.Processed(time.Since(begun)) }()
	return process(initial)
}
