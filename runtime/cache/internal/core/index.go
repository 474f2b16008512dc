package core

import (
	"errors"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// IndexFunc returns the values under which an index finds an object. If it returns none, the index omits the object.
type IndexFunc[T any] func(T) ([]string, error)

// entry is an object in a store, with its positions in the list and in the indexes. An update replaces obj in the entry;
// indexes point to the entry, so an index whose values stay the same need not change.
type entry[T any] struct {
	key    string
	obj    T
	at     int // the position in the store's list
	places []place[T]
}

// place is a position in a bucket of an index.
type place[T any] struct {
	bucket *bucket[T]
	at     int
}

// bucket holds the entries under one value of an index. They have no order: the last entry replaces one that is removed,
// so that a look-up walks an array without gaps.
type bucket[T any] struct {
	index   *index[T]
	value   string
	entries []*entry[T]
}

// index finds entries by value. A value without entries has no bucket.
type index[T any] struct {
	name     string
	valuesOf IndexFunc[T]
	buckets  map[string]*bucket[T]
}

func newIndex[T any](name string, valuesOf IndexFunc[T]) *index[T] {
	return &index[T]{name: name, valuesOf: valuesOf, buckets: map[string]*bucket[T]{}}
}

// update moves an entry to the values of its present object. If the index function fails, the index omits the object and
// update returns the error.
func (x *index[T]) update(e *entry[T]) error {
	values, err := x.values(e.obj)
	if err != nil {
		values = nil
	}
	if x.placed(e, values) {
		return err
	}
	x.remove(e)
	for _, value := range values {
		x.insert(e, value)
	}
	return err
}

// errIndexPanicked is the error for an index function that panicked. It occurs only with utilruntime.ReallyCrash unset;
// otherwise the panic ends the program.
var errIndexPanicked = errors.New("the index function panicked")

// values calls the index function. It reports a panic and returns errIndexPanicked, so that the index omits only this
// object.
func (x *index[T]) values(obj T) (values []string, err error) {
	defer utilruntime.HandleCrash(func(any) { err = errIndexPanicked })
	return x.valuesOf(obj)
}

// placed reports whether the entry is under exactly these values, in this order.
func (x *index[T]) placed(e *entry[T], values []string) bool {
	n := 0
	for i := range e.places {
		b := e.places[i].bucket
		if b.index != x {
			continue
		}
		if n == len(values) || b.value != values[n] {
			return false
		}
		n++
	}
	return n == len(values)
}

// insert adds an entry under a value. It does nothing if the index function has returned the value twice: the entry is
// then the last one in the bucket.
func (x *index[T]) insert(e *entry[T], value string) {
	b, ok := x.buckets[value]
	if !ok {
		b = &bucket[T]{index: x, value: value}
		x.buckets[value] = b
	}
	if n := len(b.entries); n > 0 && b.entries[n-1] == e {
		return
	}
	e.places = append(e.places, place[T]{b, len(b.entries)})
	b.entries = append(b.entries, e)
}

// remove removes an entry from all its buckets in this index.
func (x *index[T]) remove(e *entry[T]) {
	kept := e.places[:0]
	for _, p := range e.places {
		if p.bucket.index == x {
			p.bucket.remove(p.at)
			continue
		}
		kept = append(kept, p)
	}
	clear(e.places[len(kept):])
	e.places = kept
}

// remove removes the entry at a position and moves the last entry there. It removes an empty bucket from the index.
func (b *bucket[T]) remove(at int) {
	last := len(b.entries) - 1
	moved := b.entries[last]
	b.entries[at], b.entries[last] = moved, nil
	b.entries = b.entries[:last]
	if last == 0 {
		delete(b.index.buckets, b.value)
		return
	}
	if at != last {
		moved.move(b, at)
	}
	b.shrink()
}

// move records the entry's new position in a bucket.
func (e *entry[T]) move(b *bucket[T], at int) {
	for i := range e.places {
		if e.places[i].bucket == b {
			e.places[i].at = at
			return
		}
	}
}

// shrinkAbove is the capacity above which a slice is reallocated once it is less than a quarter full.
const shrinkAbove = 64

// shrink reallocates a bucket that is mostly unused.
func (b *bucket[T]) shrink() {
	if n := len(b.entries); cap(b.entries) > shrinkAbove && n < cap(b.entries)/4 {
		b.entries = append(make([]*entry[T], 0, 2*n), b.entries...)
	}
}
