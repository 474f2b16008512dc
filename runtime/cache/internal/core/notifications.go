package core

import "time"

type notificationKind uint8

const (
	added notificationKind = iota
	updated
	deleted
	caughtUp
)

// notification is one event for handlers, who share it.
type notification[T any] struct {
	kind notificationKind
	// initial is set on additions of the first list, again on updates of an object that has not changed.
	initial, again     bool
	unknown, hasObject bool
	key                string
	old, obj           T
	// at is when it happened.
	at time.Time
}

// room is where many notifications are made, some at a time: what is still queued keeps few others in memory.
type room[T any] struct{ free []notification[T] }

// next returns an empty one, of so many that are still to come.
func (r *room[T]) next(toCome int) *notification[T] {
	const chunk = 64
	if len(r.free) == 0 {
		r.free = make([]notification[T], max(1, min(chunk, toCome)))
	}
	n := &r.free[0]
	r.free = r.free[1:]
	return n
}

// notifications are those that a handler has not been called with.
type notifications[T any] interface {
	push(n *notification[T])
	// pop takes the next one; nil where there is none.
	pop() *notification[T]
	len() int
	// since is when the next one happened; zero where there is none.
	since() time.Time
}

// everything keeps every notification, in order.
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

// merged keeps what is left to tell of each object: at most one notification of an object that the handler knows and one
// of an object of that name which came after it, so that it never grows beyond what handler and store hold. Objects come
// in the order in which something first happened to them.
type merged[T any] struct {
	order ring[*pending[T]]
	byKey map[string]*pending[T]
	count int
}

// pending is what is left to tell of a key: an end, a beginning or a change, or an end and then a beginning.
type pending[T any] struct {
	key         string
	first, then *notification[T]
}

func (q *merged[T]) len() int { return q.count }

func (q *merged[T]) push(n *notification[T]) {
	if n.kind == caughtUp {
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

func (p *pending[T]) merge(n *notification[T]) {
	switch {
	case p.first == nil:
		p.first = n
	case p.first.kind == deleted:
		p.then = join(p.then, n)
	default:
		p.first = join(p.first, n)
	}
}

// join returns what is left to tell of two notifications of one object, of which the earlier may be nil; nil where an
// object came and went.
func join[T any](earlier, later *notification[T]) *notification[T] {
	switch {
	case earlier == nil:
		return later
	case later.kind == deleted && earlier.kind == added:
		return nil
	case later.kind == deleted:
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

// next returns the first key of which there is something to tell. Those of which nothing is left are dropped.
func (q *merged[T]) next() *pending[T] {
	for q.order.len() > 0 {
		if p := *q.order.at(0); p.first != nil {
			return p
		}
		q.drop()
	}
	return nil
}

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

// ring is a queue that grows as it must. Its zero value is empty.
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

// at points to the item at a position, of which the oldest has 0.
func (r *ring[T]) at(i int) *T { return &r.items[(r.head+i)%len(r.items)] }

// pop takes the oldest item; the ring is not empty. A ring that has run empty after a burst gives its memory back.
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
