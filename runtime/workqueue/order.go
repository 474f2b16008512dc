package workqueue

// Queue keeps the items that can be handed out. Its methods are never called concurrently.
type Queue[T comparable] interface {
	// Touch is called when an item that is in the queue is added again.
	Touch(item T)
	// Push adds an item that is not in the queue.
	Push(item T)
	// Len returns the number of items.
	Len() int
	// Pop takes out the item that is handed out next. It is not called while the queue is empty.
	Pop() (item T)
}

// DefaultQueue returns a queue of which the first item in is the first one out.
func DefaultQueue[T comparable]() Queue[T] {
	return &slice[T]{}
}

// slice is a Queue: a slice of which the items before head are taken out.
type slice[T comparable] struct {
	items []T
	head  int
}

func (s *slice[T]) Touch(T) {}

func (s *slice[T]) Push(item T) {
	if s.head > 0 && len(s.items) == cap(s.items) && s.head >= len(s.items)/2 {
		kept := copy(s.items, s.items[s.head:])
		clear(s.items[kept:])
		s.items, s.head = s.items[:kept], 0
	}
	s.items = append(s.items, item)
}

func (s *slice[T]) Len() int { return len(s.items) - s.head }

func (s *slice[T]) Pop() (item T) {
	item, s.items[s.head] = s.items[s.head], item
	s.head++
	if s.head == len(s.items) {
		s.items, s.head = s.items[:0], 0
	}
	return item
}

// order holds the items that can be handed out, each once, and decides which is next. It is used under the lock of its queue.
type order[T comparable] interface {
	// add adds an item and returns where to note when it was added. If the item is in it already, the item keeps the higher
	// priority, and add returns nil.
	add(item T, priority int) *added
	len() int
	// pop takes out the next item. It is not called while the order is empty.
	pop() (T, added)
	// depths tells how many items of each priority there are; nil if there are none.
	depths() map[int]int
}

// fifo is an order: first in, first out, whatever the priority.
type fifo[T comparable] struct {
	items map[T]struct{}
	// first and last are the ends of a list of chunks; from is the first item in first, to the place after the last one in last.
	first, last *chunk[T]
	from, to    int
}

// chunkSize is a number of items.
const chunkSize = 256

type chunk[T comparable] struct {
	items [chunkSize]queued[T]
	next  *chunk[T]
}

type queued[T comparable] struct {
	item T
	how  added
}

func newFIFO[T comparable]() *fifo[T] {
	return &fifo[T]{items: map[T]struct{}{}}
}

func (f *fifo[T]) add(item T, priority int) *added {
	before := len(f.items)
	f.items[item] = struct{}{}
	if len(f.items) == before {
		return nil
	}
	switch {
	case f.last == nil:
		f.first = &chunk[T]{}
		f.last = f.first
	case f.to == chunkSize:
		f.last.next = &chunk[T]{}
		f.last, f.to = f.last.next, 0
	}
	place := &f.last.items[f.to]
	f.to++
	place.item, place.how.priority = item, priority
	return &place.how
}

func (f *fifo[T]) len() int { return len(f.items) }

func (f *fifo[T]) pop() (T, added) {
	next := f.first.items[f.from]
	f.first.items[f.from] = queued[T]{} // so that the item can be collected
	f.from++
	delete(f.items, next.item)
	switch {
	case len(f.items) == 0:
		f.from, f.to = 0, 0 // first is last
	case f.from == chunkSize:
		f.first, f.from = f.first.next, 0
	}
	return next.item, next.how
}

func (f *fifo[T]) depths() map[int]int { return depths(len(f.items)) }

func depths(size int) map[int]int {
	if size == 0 {
		return nil
	}
	return map[int]int{0: size}
}

// foreign is an order that a program brings as a Queue, which need not keep its promises: it may return an item that was not
// pushed, or one twice.
type foreign[T comparable] struct {
	queue Queue[T]
	added map[T]*added
}

func (f *foreign[T]) add(item T, priority int) *added {
	if f.added[item] != nil {
		f.queue.Touch(item)
		return nil
	}
	f.queue.Push(item)
	how := &added{priority: priority}
	f.added[item] = how
	return how
}

func (f *foreign[T]) len() int            { return f.queue.Len() }
func (f *foreign[T]) depths() map[int]int { return depths(f.queue.Len()) }

func (f *foreign[T]) pop() (T, added) {
	item := f.queue.Pop()
	how := f.added[item]
	if how == nil {
		return item, added{}
	}
	delete(f.added, item)
	return item, *how
}
