package core

import (
	"errors"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// IndexFunc returns the values under which an object is found in an index; none leaves it out.
type IndexFunc[T any] func(T) ([]string, error)

// entry is an object in a store, and where it stands in the indexes. Its object is replaced in place, so that a change
// which moves it in no index touches none.
type entry[T any] struct {
	key    string
	obj    T
	at     int // the entry's position in the store's list
	places []place[T]
}

// place is a position in a bucket of an index.
type place[T any] struct {
	bucket *bucket[T]
	at     int
}

// bucket holds the entries under one value of an index. It is dense and in no order: a look-up walks an array, and an
// entry that leaves is replaced by the last one.
type bucket[T any] struct {
	index   *index[T]
	value   string
	entries []*entry[T]
}

// index finds entries by value.
type index[T any] struct {
	name     string
	valuesOf IndexFunc[T]
	buckets  map[string]*bucket[T]
}

func newIndex[T any](name string, valuesOf IndexFunc[T]) *index[T] {
	return &index[T]{name: name, valuesOf: valuesOf, buckets: map[string]*bucket[T]{}}
}

// update puts an entry where its object belongs now. An object whose values are not known is left out.
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

// errIndexPanicked stands for an index function that panicked, where the program was told to live on.
var errIndexPanicked = errors.New("the index function panicked")

// values asks the index function. Its panic is reported, and leaves out this one object.
func (x *index[T]) values(obj T) (values []string, err error) {
	defer utilruntime.HandleCrash(func(any) { err = errIndexPanicked })
	return x.valuesOf(obj)
}

// placed reports whether the entry stands under exactly these values.
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

func (x *index[T]) insert(e *entry[T], value string) {
	b, ok := x.buckets[value]
	if !ok {
		b = &bucket[T]{index: x, value: value}
		x.buckets[value] = b
	}
	if n := len(b.entries); n > 0 && b.entries[n-1] == e {
		return // an index function that names a value twice
	}
	e.places = append(e.places, place[T]{b, len(b.entries)})
	b.entries = append(b.entries, e)
}

// remove takes an entry out of the index.
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

// remove takes the entry at a position out; the last one takes its place.
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

// move notes a new position in a bucket.
func (e *entry[T]) move(b *bucket[T], at int) {
	for i := range e.places {
		if e.places[i].bucket == b {
			e.places[i].at = at
			return
		}
	}
}

// roomy is the room from which on a slice gives back what it does not need.
const roomy = 64

// shrink gives memory back that a bucket no longer needs.
func (b *bucket[T]) shrink() {
	if n := len(b.entries); cap(b.entries) > roomy && n < cap(b.entries)/4 {
		b.entries = append(make([]*entry[T], 0, 2*n), b.entries...)
	}
}
