package core

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
