package storage

import "iter"

// log has the events of a resource, oldest first, as a linked list: a reader keeps its node and nothing before it in
// memory, and a slow reader does not delay the writer.
type log[T any] struct {
	oldest, end *node[T]
	length      int
	// forgotten is the version of the last event that is no longer in the log.
	forgotten uint64
}

// node is a place in the log. The last node has no event yet; filled is closed when it gets one.
type node[T any] struct {
	event  Event[T]
	next   *node[T]
	filled chan struct{}
}

func newLog[T any](forgotten uint64) log[T] {
	end := &node[T]{filled: make(chan struct{})}
	return log[T]{oldest: end, end: end, forgotten: forgotten}
}

// append adds an event, and removes the oldest if there are more than window.
func (l *log[T]) append(event Event[T], window int) {
	filled := l.end
	l.end = &node[T]{filled: make(chan struct{})}
	filled.event, filled.next = event, l.end
	close(filled.filled)
	l.length++
	for l.length > window {
		l.forgotten = l.oldest.event.Version
		l.oldest = l.oldest.next
		l.length--
	}
}

func (l *log[T]) forget(version uint64) {
	l.oldest, l.length, l.forgotten = l.end, 0, version
}

// from returns the first node whose event is, or will be, later than version.
func (l *log[T]) from(version uint64) *node[T] {
	at := l.oldest
	for at != l.end && at.event.Version <= version {
		at = at.next
	}
	return at
}

// after returns the events later than version.
func (l *log[T]) after(version uint64) iter.Seq[Event[T]] {
	return func(yield func(Event[T]) bool) {
		for at := l.from(version); at != l.end && yield(at.event); at = at.next {
		}
	}
}
