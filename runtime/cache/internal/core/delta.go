package core

// DeltaType says what happened to an object.
type DeltaType string

// What happens to objects.
const (
	Added   DeltaType = "Added"
	Updated DeltaType = "Updated"
	Deleted DeltaType = "Deleted"
	// Replaced is for an object of a list, which may be new, changed or as it was.
	Replaced DeltaType = "Replaced"
	// Sync is for an object that is looked at again though nothing happened.
	Sync DeltaType = "Sync"
)

// Delta is one thing that happened to an object.
type Delta[T any] struct {
	Type DeltaType
	// Object is the object after it happened; for a deletion the last state that is known.
	Object T
	// Unknown is set for a deletion that was not seen but noticed: Object is then an older state, and where HasObject is
	// false none is known at all.
	Unknown   bool
	HasObject bool
}

// merge adds a delta to those of the same object. Two deletions in a row become one, that which knows more.
func merge[T any](deltas []Delta[T], next Delta[T]) []Delta[T] {
	n := len(deltas)
	if n == 0 || deltas[n-1].Type != Deleted || next.Type != Deleted {
		return append(deltas, next)
	}
	if !next.Unknown {
		deltas[n-1] = next
	}
	return deltas
}
