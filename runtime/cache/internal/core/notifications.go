package core

import "time"

type notificationKind uint8

const (
	added notificationKind = iota
	updated
	deleted
	// left is for objects of a part that another process has now.
	left
	caughtUp
	// handedOver comes after what left.
	handedOver
)

// notification is one event for handlers. The queues of all handlers share it, so it does not change once it is queued.
type notification[T any] struct {
	kind notificationKind
	// initial is set on additions of the initial list, and again on updates of objects that have not changed.
	initial, again bool
	// unknown and hasObject are for deletions; see Handler.
	unknown, hasObject bool
	key                string
	old, obj           T
	// at is the time of the event.
	at time.Time
	// handOver is for handedOver.
	handOver *handOver[T]
}

// isGone reports whether the object is not in the store any more.
func (n *notification[T]) isGone() bool { return n.kind == deleted || n.kind == left }

// isMark reports whether the event is about no object.
func (n *notification[T]) isMark() bool { return n.kind == caughtUp || n.kind == handedOver }

// chunks allocates notifications in chunks, which takes fewer allocations than one by one. The chunks are small, because
// one queued notification keeps its whole chunk in memory.
type chunks[T any] struct{ free []notification[T] }

// next returns a new notification. toCome is the number that the caller still needs, including this one.
func (r *chunks[T]) next(toCome int) *notification[T] {
	const chunk = 64
	if len(r.free) == 0 {
		r.free = make([]notification[T], max(1, min(chunk, toCome)))
	}
	n := &r.free[0]
	r.free = r.free[1:]
	return n
}

// notifications is the queue of a handler.
type notifications[T any] interface {
	push(n *notification[T])
	// pop removes and returns the next notification, or nil if there is none.
	pop() *notification[T]
	len() int
	// since returns the time of the next notification, or zero if there is none.
	since() time.Time
}

// everything is a queue of all notifications, in their order.
type everything[T any] struct{ ring[*notification[T]] }

func (q *everything[T]) pop() *notification[T] {
	if q.len() == 0 {
		return nil
	}
	return q.ring.pop()
}

func (q *everything[T]) since() time.Time {
	if q.len() == 0 {
		return time.Time{}
	}
	return (*q.at(0)).at
}

// merged is a queue that combines the notifications of each key into at most two: one for the object that the handler
// knows, and an addition for a new object with the same key. So the queue cannot grow beyond the objects that the handler
// and the store know. Keys are in the order of their first notification.
type merged[T any] struct {
	order ring[*pending[T]]
	byKey map[string]*pending[T]
	count int
}

// pending holds the combined notifications of a key: an addition, an update or a deletion in first, or a deletion in first
// and an addition in then.
type pending[T any] struct {
	key         string
	first, then *notification[T]
}

func (q *merged[T]) len() int { return q.count }

func (q *merged[T]) push(n *notification[T]) {
	if n.isMark() {
		q.order.push(&pending[T]{first: n})
		q.count++
		return
	}
	p, waits := q.byKey[n.key]
	if !waits {
		p = &pending[T]{key: n.key}
		q.byKey[n.key] = p
		q.order.push(p)
	}
	before := p.len()
	p.merge(n)
	q.count += p.len() - before
}

func (p *pending[T]) len() (n int) {
	if p.first != nil {
		n++
	}
	if p.then != nil {
		n++
	}
	return n
}

// merge adds a notification.
func (p *pending[T]) merge(n *notification[T]) {
	switch {
	case p.first == nil:
		p.first = n
	case p.first.isGone():
		p.then = join(p.then, n)
	default:
		p.first = join(p.first, n)
	}
}

// join combines two notifications of one object into one; earlier may be nil. It returns nil if the object was added and
// deleted again, so that the handler need not know of it.
func join[T any](earlier, later *notification[T]) *notification[T] {
	switch {
	case earlier == nil:
		return later
	case later.isGone() && earlier.kind == added:
		return nil
	case later.isGone():
		return later
	}
	joined := *earlier
	joined.obj, joined.again = later.obj, earlier.again && later.again
	return &joined
}

func (q *merged[T]) pop() *notification[T] {
	p := q.next()
	if p == nil {
		return nil
	}
	n := p.first
	p.first, p.then = p.then, nil
	q.count--
	if p.first == nil {
		q.drop()
	}
	return n
}

// next returns the first key that has notifications, or nil. It drops the keys before it.
func (q *merged[T]) next() *pending[T] {
	for q.order.len() > 0 {
		if p := *q.order.at(0); p.first != nil {
			return p
		}
		q.drop()
	}
	return nil
}

// drop removes the first key.
func (q *merged[T]) drop() {
	if p := q.order.pop(); q.byKey[p.key] == p {
		delete(q.byKey, p.key)
	}
}

func (q *merged[T]) since() time.Time {
	if p := q.next(); p != nil {
		return p.first.at
	}
	return time.Time{}
}

// ring is a first-in-first-out queue in a circular slice that grows as needed. Its zero value is an empty queue.
type ring[T any] struct {
	items       []T
	head, count int
}

func (r *ring[T]) len() int { return r.count }

func (r *ring[T]) push(item T) {
	if r.count == len(r.items) {
		grown := make([]T, max(16, 2*len(r.items)))
		n := copy(grown, r.items[r.head:])
		copy(grown[n:], r.items[:r.head])
		r.items, r.head = grown, 0
	}
	*r.at(r.count) = item
	r.count++
}

// at returns a pointer to the item at a position; the oldest item is at 0.
func (r *ring[T]) at(i int) *T { return &r.items[(r.head+i)%len(r.items)] }

// pop removes and returns the oldest item. The ring must not be empty. A large ring that becomes empty frees its memory.
func (r *ring[T]) pop() T {
	const keep = 1024
	item := r.items[r.head]
	r.items[r.head] = *new(T)
	r.head = (r.head + 1) % len(r.items)
	r.count--
	if r.count == 0 && len(r.items) > keep {
		r.items, r.head = nil, 0
	}
	return item
}
