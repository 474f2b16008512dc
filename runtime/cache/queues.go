package cache

import (
	"container/heap"
	"errors"
	"maps"
	"slices"
	"sync"
)

// QueueWithBatch is a Queue that can process several objects in one call.
type QueueWithBatch interface {
	Queue
	// PopBatch waits for the next objects. It calls processBatch with several, all with different keys, or processSingle with
	// one, as Pop does.
	PopBatch(processBatch ProcessBatchFunc, processSingle PopProcessFunc) error
}

// ProcessBatchFunc processes what PopBatch has removed from a queue: one delta of each of several objects.
type ProcessBatchFunc func(deltas []Delta, isInInitialList bool) error

// intake is the part that RealFIFO and FIFO have in common: waiting for new elements, and knowing when the first list has
// been processed.
type intake struct {
	lock   sync.RWMutex
	cond   sync.Cond
	closed bool

	// populated is set after the first list, or after a single event before any list. toCome is the number of elements of
	// that list that have not been processed.
	populated bool
	toCome    int
	synced    chan struct{}
}

func (q *intake) init() {
	q.cond.L = &q.lock
	q.synced = make(chan struct{})
}

// Close closes the queue. Pop goes on until the queue is empty, and then fails.
func (q *intake) Close() {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.closed = true
	q.cond.Broadcast()
}

// IsClosed reports whether Close was called.
func (q *intake) IsClosed() bool {
	q.lock.RLock()
	defer q.lock.RUnlock()
	return q.closed
}

// Done returns a channel that is closed once the first list has been popped.
func (q *intake) Done() <-chan struct{} { return q.synced }

// HasSynced reports whether the first list has been popped. It is true at once if a single event came before any list.
func (q *intake) HasSynced() bool {
	select {
	case <-q.synced:
		return true
	default:
		return false
	}
}

// populate records that a list of n elements has been queued, or a single event if n is zero. Only the first call counts.
func (q *intake) populate(n int) {
	if !q.populated {
		q.populated = true
		q.toCome = n
	}
	q.popped(0)
}

// popped records that n elements have been processed.
func (q *intake) popped(n int) {
	q.toCome = max(0, q.toCome-n)
	if q.populated && q.toCome == 0 && !q.HasSynced() {
		close(q.synced)
	}
}

// await waits until the queue has an element. It fails once the queue is closed and empty.
func (q *intake) await(length func() int) error {
	for length() == 0 {
		if q.closed {
			return ErrFIFOClosed
		}
		q.cond.Wait()
	}
	return nil
}

// FIFO is a queue of the last state of each object, in the order in which the objects were first added. An object that is
// deleted before it is popped disappears from the queue. It is safe for concurrent use.
type FIFO struct {
	intake

	items   map[string]interface{}
	queue   []string // has every key of items, and keys of objects that were deleted
	keyFunc KeyFunc
}

var (
	_ Queue       = (*FIFO)(nil)
	_ DoneChecker = (*FIFO)(nil)
)

// NewFIFO returns an empty FIFO.
func NewFIFO(keyFunc KeyFunc) *FIFO {
	f := &FIFO{items: map[string]interface{}{}, keyFunc: keyFunc}
	f.init()
	return f
}

// Name is for logs.
func (f *FIFO) Name() string { return "FIFO" }

// HasSyncedChecker is HasSynced to wait for.
func (f *FIFO) HasSyncedChecker() DoneChecker { return f }

// Add queues an object, or replaces the queued object with the same key.
func (f *FIFO) Add(obj interface{}) error {
	key, err := keyBy(f.keyFunc, obj)
	if err != nil {
		return err
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.populate(0)
	if _, waits := f.items[key]; !waits {
		f.queue = append(f.queue, key)
	}
	f.items[key] = obj
	f.cond.Broadcast()
	return nil
}

// Update is Add.
func (f *FIFO) Update(obj interface{}) error { return f.Add(obj) }

// Delete removes an object from the queue.
func (f *FIFO) Delete(obj interface{}) error {
	key, err := keyBy(f.keyFunc, obj)
	if err != nil {
		return err
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.populate(0)
	delete(f.items, key)
	return nil
}

// Replace makes the given objects the whole contents of the queue.
func (f *FIFO) Replace(list []interface{}, _ string) error {
	items := make(map[string]interface{}, len(list))
	for _, obj := range list {
		key, err := keyBy(f.keyFunc, obj)
		if err != nil {
			return err
		}
		items[key] = obj
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.items, f.queue = items, slices.Collect(maps.Keys(items))
	f.populate(len(items))
	f.cond.Broadcast()
	return nil
}

// Resync does nothing: all objects in the queue are going to be popped anyway.
func (f *FIFO) Resync() error { return nil }

// Pop waits for the next object and calls process with it, with the queue locked. To process an object again, add it again.
func (f *FIFO) Pop(process PopProcessFunc) (interface{}, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	for {
		if err := f.await(func() int { return len(f.queue) }); err != nil {
			return nil, err
		}
		key := f.queue[0]
		f.queue = f.queue[1:]
		item, waits := f.items[key]
		if !waits {
			f.popped(1)
			continue
		}
		delete(f.items, key)
		defer f.popped(1)
		return item, process(item, !f.HasSynced())
	}
}

// keyBy returns the key of an object. It returns a KeyError if the function fails.
func keyBy(keyFunc KeyFunc, obj interface{}) (string, error) {
	key, err := keyFunc(obj)
	if err != nil {
		return "", KeyError{Obj: obj, Err: err}
	}
	return key, nil
}

// LessFunc reports whether the first of two objects is popped before the second.
type LessFunc func(interface{}, interface{}) bool

// Heap is a priority queue: the least object is popped first. It holds at most one object with each key. It is safe for
// concurrent use.
type Heap struct {
	lock    sync.RWMutex
	cond    sync.Cond
	closed  bool
	byKey   map[string]*heapItem
	order   heapOrder
	keyFunc KeyFunc
}

type heapItem struct {
	key string
	obj interface{}
	at  int // the place in the order
}

// heapOrder implements the interface of container/heap.
type heapOrder struct {
	items []*heapItem
	less  LessFunc
}

func (o *heapOrder) Len() int           { return len(o.items) }
func (o *heapOrder) Less(i, j int) bool { return o.less(o.items[i].obj, o.items[j].obj) }

func (o *heapOrder) Swap(i, j int) {
	o.items[i], o.items[j] = o.items[j], o.items[i]
	o.items[i].at, o.items[j].at = i, j
}

func (o *heapOrder) Push(x any) {
	item, ok := x.(*heapItem)
	if !ok {
		return
	}
	item.at = len(o.items)
	o.items = append(o.items, item)
}

func (o *heapOrder) Pop() any {
	last := len(o.items) - 1
	item := o.items[last]
	o.items[last] = nil
	o.items = o.items[:last]
	return item
}

// errHeapClosed is returned once a Heap is closed: by methods that add objects at once, and by Pop when the heap is empty.
var errHeapClosed = errors.New("heap is closed")

// NewHeap returns an empty Heap.
func NewHeap(keyFn KeyFunc, lessFn LessFunc) *Heap {
	h := &Heap{byKey: map[string]*heapItem{}, order: heapOrder{less: lessFn}, keyFunc: keyFn}
	h.cond.L = &h.lock
	return h
}

// Close closes the heap. No object can be added any more. Pop goes on until the heap is empty, and then fails.
func (h *Heap) Close() {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.closed = true
	h.cond.Broadcast()
}

// IsClosed reports whether Close was called.
func (h *Heap) IsClosed() bool {
	h.lock.RLock()
	defer h.lock.RUnlock()
	return h.closed
}

// Add adds an object, or replaces the object with the same key.
func (h *Heap) Add(obj interface{}) error { return h.add(true, obj) }

// BulkAdd is Add for several objects: Pop returns none of them before all are added. It stops at an object without a key.
func (h *Heap) BulkAdd(list []interface{}) error { return h.add(true, list...) }

// AddIfNotPresent adds an object unless there is one with the same key.
func (h *Heap) AddIfNotPresent(obj interface{}) error { return h.add(false, obj) }

// Update is Add.
func (h *Heap) Update(obj interface{}) error { return h.Add(obj) }

func (h *Heap) add(replace bool, list ...interface{}) error {
	h.lock.Lock()
	defer h.lock.Unlock()
	if h.closed {
		return errHeapClosed
	}
	defer h.cond.Broadcast()
	for _, obj := range list {
		key, err := keyBy(h.keyFunc, obj)
		if err != nil {
			return err
		}
		switch item, there := h.byKey[key]; {
		case !there:
			item = &heapItem{key: key, obj: obj}
			h.byKey[key] = item
			heap.Push(&h.order, item)
		case replace:
			item.obj = obj
			heap.Fix(&h.order, item.at)
		}
	}
	return nil
}

// Delete removes the object with the key of obj. It fails if there is none.
func (h *Heap) Delete(obj interface{}) error {
	key, err := keyBy(h.keyFunc, obj)
	if err != nil {
		return err
	}
	h.lock.Lock()
	defer h.lock.Unlock()
	item, there := h.byKey[key]
	if !there {
		return errors.New("object not found")
	}
	heap.Remove(&h.order, item.at)
	delete(h.byKey, key)
	return nil
}

// Pop waits for an object, removes the least one and returns it. It fails once the heap is closed and empty.
func (h *Heap) Pop() (interface{}, error) {
	h.lock.Lock()
	defer h.lock.Unlock()
	for h.order.Len() == 0 {
		if h.closed {
			return nil, errHeapClosed
		}
		h.cond.Wait()
	}
	least := h.order.items[0]
	heap.Remove(&h.order, 0)
	delete(h.byKey, least.key)
	return least.obj, nil
}

// List returns all objects, in no particular order.
func (h *Heap) List() []interface{} {
	h.lock.RLock()
	defer h.lock.RUnlock()
	list := make([]interface{}, 0, len(h.byKey))
	for _, item := range h.byKey {
		list = append(list, item.obj)
	}
	return list
}

// ListKeys returns all keys, in no particular order.
func (h *Heap) ListKeys() []string {
	h.lock.RLock()
	defer h.lock.RUnlock()
	return slices.AppendSeq(make([]string, 0, len(h.byKey)), maps.Keys(h.byKey))
}

// Get returns the object with the key of obj.
func (h *Heap) Get(obj interface{}) (item interface{}, exists bool, err error) {
	key, err := keyBy(h.keyFunc, obj)
	if err != nil {
		return nil, false, err
	}
	return h.GetByKey(key)
}

// GetByKey returns the object with this key.
func (h *Heap) GetByKey(key string) (item interface{}, exists bool, err error) {
	h.lock.RLock()
	defer h.lock.RUnlock()
	found, exists := h.byKey[key]
	if !exists {
		return nil, false, nil
	}
	return found.obj, true, nil
}
