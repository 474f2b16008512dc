package cache

import (
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/klog/v2"
)

// ProcessBatchFunc takes what PopBatch has taken from a queue: what happened to several objects, once to each.
type ProcessBatchFunc func(deltas []Delta, isInInitialList bool) error

// What a RealFIFO queues besides what happens to single objects.
const (
	// ReplacedAll is for a list as a whole; its object is a ReplacedAllInfo.
	ReplacedAll DeltaType = "ReplacedAll"
	// SyncAll is for all that the consumer holds, to be looked at again; its object is a SyncAllInfo.
	SyncAll DeltaType = "SyncAll"
	// Bookmark is for a resource version; its object is a BookmarkInfo.
	Bookmark DeltaType = "Bookmark"
)

// ReplacedAllInfo is a list, transformed, with its resource version.
type ReplacedAllInfo struct {
	ResourceVersion string
	Objects         []interface{}
}

// BookmarkInfo says up to which resource version everything has come before it.
type BookmarkInfo struct{ ResourceVersion string }

// SyncAllInfo says nothing: the consumer knows what it holds.
type SyncAllInfo struct{}

// RealFIFOOptions are the options of a RealFIFO.
type RealFIFOOptions struct {
	// Logger is there for compatibility: the queue returns what goes wrong, and logs nothing.
	Logger *klog.Logger
	// Name is for logs; empty means that of Identifier, or "RealFIFO".
	Name string
	// KeyFunction returns keys; nil means MetaNamespaceKeyFunc.
	KeyFunction KeyFunc
	// KnownObjects is what the consumer holds: required without AtomicEvents, and to be nil with it.
	KnownObjects KeyListerGetter
	// Transformer is applied to every object before it is queued, but not to one that is only looked at again.
	Transformer TransformFunc
	// AtomicEvents queues a list as one ReplacedAll and a resync as one SyncAll, in place of an element for each object.
	AtomicEvents bool
	// UnlockWhileProcessing lets others add to the queue while an element is processed, as long as the queue is short. It
	// demands AtomicEvents, and that only one goroutine pops.
	UnlockWhileProcessing bool
	// Identifier and MetricsProvider publish how much is queued and how long it takes to process; nil means the provider of
	// SetInformerMetricsProvider.
	Identifier      InformerNameAndResource
	MetricsProvider InformerMetricsProvider
	// EmitDeltaTypeBookmark queues bookmarks; it demands AtomicEvents.
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

// RealFIFO is a queue of everything that happened, in the order in which it came: unlike a DeltaFIFO it keeps the order of
// different objects, and hands over what happened to an object one by one. No informer of this package uses it. It is safe
// for concurrent use.
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

// Name returns the name of the options.
func (f *RealFIFO) Name() string { return f.name }

// Transformer returns the transform of the options.
func (f *RealFIFO) Transformer() TransformFunc { return f.transformer }

// HasSyncedChecker is HasSynced to wait for.
func (f *RealFIFO) HasSyncedChecker() DoneChecker { return f }

// keyOf returns the key of an object, of what happened to it or of a DeletedFinalStateUnknown.
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

// Add queues an object that came into being.
func (f *RealFIFO) Add(obj interface{}) error { return f.change(Added, obj) }

// Update queues an object that has changed.
func (f *RealFIFO) Update(obj interface{}) error { return f.change(Updated, obj) }

// Delete queues the deletion of an object, known or not.
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

// prepared is what is queued of an object, which must have a key.
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

// Replace queues a list as the whole of what there is: as one element with AtomicEvents, else as the deletion of everything
// else and then an element for each object. An error means that nothing was queued.
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

// replacement is what a list changes: what queue or consumer know and the list lacks is deleted, the rest replaced.
func (f *RealFIFO) replacement(items []interface{}) ([]Delta, error) {
	listed := sets.New[string]()
	replaced := make([]Delta, len(items))
	for i, item := range items {
		var err error
		if replaced[i], err = f.prepared(Replaced, item); err != nil {
			return nil, err
		}
		key, _ := f.keyOf(item) // prepared has asked
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
			obj = nil // what is known is the key
		}
		deltas = append(deltas, Delta{Deleted, DeletedFinalStateUnknown{Key: key, Obj: obj}})
	}
	return append(deltas, replaced...), nil
}

// queued are the keys in the queue, in the order in which they came, and the last that happened to each.
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

// Resync queues everything that the consumer holds to be looked at again: with AtomicEvents as one element, else all but what
// is queued already, as what happened to that comes first.
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

// Bookmark queues a resource version, where EmitDeltaTypeBookmark asks for it.
func (f *RealFIFO) Bookmark(resourceVersion string) error {
	if !f.emitDeltaTypeBookmark {
		return nil
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.push(Delta{Type: Bookmark, Object: BookmarkInfo{ResourceVersion: resourceVersion}})
	return nil
}

// Pop waits for the next element and hands it to process, as Deltas of one.
func (f *RealFIFO) Pop(process PopProcessFunc) (interface{}, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	if err := f.await(func() int { return len(f.items) }); err != nil {
		return nil, err
	}
	deltas := Deltas(f.take(1))
	return deltas, f.process(1, func(initial bool) error { return process(deltas, initial) })
}

// PopBatch waits for the next elements, and hands over as many as belong to different objects and to the first list or what
// follows it. What is of no single object, or of one without a key, is handed over alone.
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

// batch is how many elements make the next batch, one at least.
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
			return i + 1 // the consumer is to see what has no key
		}
		if seen.Has(key) {
			return i
		}
		seen.Insert(key)
	}
	return n
}

// take takes the first n elements.
func (f *RealFIFO) take(n int) []Delta {
	taken := append([]Delta(nil), f.items[:n]...)
	clear(f.items[:n])
	f.items = f.items[n:]
	f.metrics.Queued(len(f.items))
	return taken
}

// process has n elements processed that were taken. The queue is not locked meanwhile where the options say so and it is
// short: a consumer that is too slow holds up those who add.
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
