package cache

import (
	"container/heap"
	"errors"
	"maps"
	"slices"
	"sync"
)

// QueueWithBatch is a Queue that hands over several objects at a time.
type QueueWithBatch interface {
	Queue
	// PopBatch waits for the next objects and hands them over: several to processBatch, of which no two have one key, or one
	// to processSingle, as Pop does.
	PopBatch(processBatch ProcessBatchFunc, processSingle PopProcessFunc) error
}

// intake is what queues have in common: they wait for what comes in, and know when the first list has been worked off.
type intake struct {
	lock   sync.RWMutex
	cond   sync.Cond
	closed bool

	// populated is set once there was a list, or something that stands for it; toCome is how much of it is still queued.
	populated bool
	toCome    int
	synced    chan struct{}
}

func (q *intake) init() {
	q.cond.L = &q.lock
	q.synced = make(chan struct{})
}

// Close ends the queue: those who wait for what comes are told, as soon as it is empty.
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

// Done is closed once the first list has been popped.
func (q *intake) Done() <-chan struct{} { return q.synced }

// HasSynced reports whether the first list has been popped. What comes before every list stands for the first one.
func (q *intake) HasSynced() bool {
	select {
	case <-q.synced:
		return true
	default:
		return false
	}
}

// populate notes that a list of n elements has been queued, or zero for something else that came. Only the first counts.
func (q *intake) populate(n int) {
	if !q.populated {
		q.populated = true
		q.toCome = n
	}
	q.popped(0)
}

// popped notes that n elements have been processed.
func (q *intake) popped(n int) {
	q.toCome = max(0, q.toCome-n)
	if q.populated && q.toCome == 0 && !q.HasSynced() {
		close(q.synced)
	}
}

// await waits until the queue has something. It fails once it is closed and empty.
func (q *intake) await(length func() int) error {
	for length() == 0 {
		if q.closed {
			return ErrFIFOClosed
		}
		q.cond.Wait()
	}
	return nil
}

// FIFO is a queue that holds the last state of each object, in the order in which something first happened to it. One that is
// deleted before it is popped is never seen. It is safe for concurrent use.
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

// Add queues an object, or puts it in the place of the one of its key that is queued.
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

// Delete takes an object out of the queue.
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

// Replace makes the given objects the whole content of the queue.
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

// Resync does nothing: whatever the queue holds is going to be popped.
func (f *FIFO) Resync() error { return nil }

// Pop waits for the next object and hands it to process, with the queue locked. An object that is to be processed again has to
// be added again.
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

// keyBy is the key that a function gives an object, with the error of a store.
func keyBy(keyFunc KeyFunc, obj interface{}) (string, error) {
	key, err := keyFunc(obj)
	if err != nil {
		return "", KeyError{Obj: obj, Err: err}
	}
	return key, nil
}

// LessFunc reports whether the first of two objects comes before the second.
type LessFunc func(interface{}, interface{}) bool

// Heap is a queue of which the least object is popped first. It holds one object of each key, and is safe for concurrent use.
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

// heapOrder is the heap as container/heap works on it.
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

// errHeapClosed is returned once a Heap is closed: at once by what adds to it, and by Pop when it is empty.
var errHeapClosed = errors.New("heap is closed")

// NewHeap returns an empty Heap.
func NewHeap(keyFn KeyFunc, lessFn LessFunc) *Heap {
	h := &Heap{byKey: map[string]*heapItem{}, order: heapOrder{less: lessFn}, keyFunc: keyFn}
	h.cond.L = &h.lock
	return h
}

// Close ends the heap: nothing is added any more, and those who wait in Pop are told, as soon as it is empty.
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

// Add adds an object, or puts it in the place of the one of its key.
func (h *Heap) Add(obj interface{}) error { return h.add(true, obj) }

// BulkAdd is Add for several objects: nobody pops one of them before all are there. It stops at one that has no key.
func (h *Heap) BulkAdd(list []interface{}) error { return h.add(true, list...) }

// AddIfNotPresent adds an object unless there is one of its key.
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

// Delete removes the object of a key. It fails where there is none.
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

// Pop waits for an object and takes the least one. It fails once the heap is closed and empty.
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

// Get returns the object of a key.
func (h *Heap) Get(obj interface{}) (item interface{}, exists bool, err error) {
	key, err := keyBy(h.keyFunc, obj)
	if err != nil {
		return nil, false, err
	}
	return h.GetByKey(key)
}

// GetByKey returns the object of a key.
func (h *Heap) GetByKey(key string) (item interface{}, exists bool, err error) {
	h.lock.RLock()
	defer h.lock.RUnlock()
	found, exists := h.byKey[key]
	if !exists {
		return nil, false, nil
	}
	return found.obj, true, nil
}
