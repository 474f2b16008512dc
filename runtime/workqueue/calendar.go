package workqueue

import (
	"slices"
	"time"
)

// calendar keeps appointments, the earliest first. A million of them are not rare, so it is made to be cheap for the garbage collector:
// they lie in pages of their own, and the heap that orders them has no pointers. The zero value is empty.
type calendar[T comparable] struct {
	heap  []slot
	last  uint64 // number of the last appointment
	pages []*[pageSize]appointment[T]
	free  []ref // those of appointments that were taken out
}

// appointment is an item that waits.
type appointment[T comparable] struct {
	item     T
	priority int
	index    int // in the heap
}

// ref is where an appointment lies, as long as it is not taken out.
type ref uint32

const pageSize = 64

// slot is the time of an appointment. What is compared is here, so that comparing does not look into pages.
type slot struct {
	at     time.Duration
	number uint64 // appointments for the same time are kept in the order in which they were made
	ref    ref
}

func (c *calendar[T]) len() int { return len(c.heap) }

// first returns the time of the earliest appointment.
func (c *calendar[T]) first() time.Duration { return c.heap[0].at }

// isFirst reports whether an appointment is the earliest.
func (c *calendar[T]) isFirst(where ref) bool { return c.heap[0].ref == where }

func (c *calendar[T]) at(where ref) *appointment[T] { return &c.pages[where/pageSize][where%pageSize] }

// add makes an appointment, and returns its place. A heap that is full is doubled: append adds a quarter to a long one, and so copies
// each slot five times on the way to a million, where this copies it twice.
func (c *calendar[T]) add(a appointment[T], at time.Duration) ref {
	var where ref
	if last := len(c.free) - 1; last >= 0 {
		where = c.free[last]
		c.free = c.free[:last]
	} else {
		where = ref(len(c.heap)) //nolint:gosec // four billion do not fit into memory
		if where%pageSize == 0 {
			c.pages = append(c.pages, new([pageSize]appointment[T]))
		}
	}
	if len(c.heap) == cap(c.heap) {
		c.heap = slices.Grow(c.heap, max(len(c.heap), 8))
	}
	c.last++
	a.index = len(c.heap)
	*c.at(where) = a
	c.heap = append(c.heap, slot{at, c.last, where})
	c.up(a.index)
	return where
}

// move gives an appointment the higher of two priorities and the earlier of two times, and reports whether its time has changed.
func (c *calendar[T]) move(where ref, priority int, at time.Duration) bool {
	a := c.at(where)
	a.priority = max(a.priority, priority)
	if at >= c.heap[a.index].at {
		return false
	}
	c.heap[a.index].at = at
	c.up(a.index)
	return true
}

// take takes out the earliest appointment.
func (c *calendar[T]) take() appointment[T] {
	where, last := c.heap[0].ref, len(c.heap)-1
	c.swap(0, last)
	c.heap = c.heap[:last]
	c.down(0)
	taken := *c.at(where)
	*c.at(where) = appointment[T]{}
	c.free = append(c.free, where)
	if last == 0 {
		*c = calendar[T]{last: c.last} // what a burst needed is not kept for ever
	}
	return taken
}

// up moves an appointment to its place, if it is earlier than where it is.
func (c *calendar[T]) up(i int) {
	for i > 0 && c.less(i, (i-1)/2) {
		c.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
}

// down moves an appointment to its place, if it is later than where it is.
func (c *calendar[T]) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(c.heap); child++ {
			if c.less(child, least) {
				least = child
			}
		}
		if least == i {
			return
		}
		c.swap(i, least)
		i = least
	}
}

func (c *calendar[T]) less(i, j int) bool {
	return c.heap[i].at < c.heap[j].at || c.heap[i].at == c.heap[j].at && c.heap[i].number < c.heap[j].number
}

func (c *calendar[T]) swap(i, j int) {
	c.heap[i], c.heap[j] = c.heap[j], c.heap[i]
	c.at(c.heap[i].ref).index = i
	c.at(c.heap[j].ref).index = j
}
