package core

import "slices"

// IndexFunc returns the values under which an object is found in an index; none leaves it out.
type IndexFunc[T any] func(T) ([]string, error)

// index finds objects by value. Buckets hold the objects themselves, so that a look-up costs what it returns.
type index[T any] struct {
	valuesOf IndexFunc[T]
	buckets  map[string]map[string]T
}

func newIndex[T any](valuesOf IndexFunc[T]) *index[T] {
	return &index[T]{valuesOf: valuesOf, buckets: map[string]map[string]T{}}
}

// replace takes the old object of a key out, where there was one, and puts the new one in.
func (x *index[T]) replace(key string, old *T, obj T) error {
	values, err := x.valuesOf(obj)
	if old != nil {
		x.remove(key, *old, values)
	}
	if err != nil {
		return err
	}
	for _, value := range values {
		bucket, ok := x.buckets[value]
		if !ok {
			bucket = map[string]T{}
			x.buckets[value] = bucket
		}
		bucket[key] = obj
	}
	return nil
}

// remove takes an object out of all buckets but those of the values to keep.
func (x *index[T]) remove(key string, obj T, keep []string) {
	values, err := x.valuesOf(obj)
	if err != nil {
		return // an object that has no values was never put in
	}
	for _, value := range values {
		if slices.Contains(keep, value) {
			continue
		}
		bucket := x.buckets[value]
		delete(bucket, key)
		if len(bucket) == 0 {
			delete(x.buckets, value)
		}
	}
}
