//nolint:gosec // values are found by their memory, whatever their types
package scan

import (
	"hash/maphash"
	"maps"
	"reflect"
	"sync"
	"unsafe"
	"weak"
)

// Options say how documents are read whose objects go into a cache.
type Options struct {
	// DropManagedFields reads a document as if it had no field metadata.managedFields. The scanner checks that what the field holds is
	// JSON, but nothing else. This applies to the metadata of the document, not to that of objects in it.
	DropManagedFields bool
	// SharedValues lets equal parts of the objects be one in memory. Nil means that objects share nothing but strings.
	SharedValues *SharedValues
}

// SharedValues are the maps, slices and pointers that objects have in common. Where a document has the same text as another, from 64
// bytes on, and it decodes into the same Go type, the value that was decoded first is used again. So nobody may change objects that were
// decoded with SharedValues, nor a part of them. Maps of objects without Go types are shared whatever their length, but not those of the
// object itself and of its fields, such as metadata and spec.
//
// A text has to come twice before its value is kept, so that what occurs once takes no place. The values are referred to weakly: what no
// object holds any more is collected as garbage.
//
// The zero value is ready. It is safe for concurrent use, and must not be copied.
type SharedValues struct {
	mu     sync.Mutex
	seeds  [2]maphash.Seed
	values map[sharedKey]sharedValue
	// seen holds what else came lately, a part of its hash by another.
	seen *[seenPlaces]uint32
	// sweepAt is how many values there are when those that have been collected are next removed.
	sweepAt int
}

const (
	// minSharedText is the length of the shortest text whose value is shared. Below, decoding costs less than looking it up.
	minSharedText = 64
	// minSharedObject is the same for objects without Go types: a map of one field takes 336 bytes, and an empty one 48.
	minSharedObject = 2
	// maxSharedNesting is how many values inside each other are looked up. Each level reads the text once more.
	maxSharedNesting = 8
	// seenPlaces takes 256 KiB, and lets texts repeat that are some ten thousand others apart.
	seenPlaces = 1 << 16
	// minSweep keeps small tables from being swept again and again.
	minSweep = 1 << 10
)

// sharedKey is a Go type and a keyed hash of 128 bits of a text.
type sharedKey struct {
	goType reflect.Type
	hash   [2]uint64
}

// sharedValue refers to the memory of a map or slice, or to what a pointer points to.
type sharedValue struct {
	memory weak.Pointer[byte]
	// size is the number of elements of a slice.
	size int
}

// find looks up a text that decodes into a Go type.
func (v *SharedValues) find(goType reflect.Type, text []byte) sharing {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.seen == nil {
		v.seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
		v.seen, v.values, v.sweepAt = new([seenPlaces]uint32), map[sharedKey]sharedValue{}, minSweep
	}
	key := sharedKey{goType, [2]uint64{maphash.Bytes(v.seeds[0], text), maphash.Bytes(v.seeds[1], text)}}
	if value, known := v.values[key]; known {
		return sharing{key: key, memory: unsafe.Pointer(value.memory.Value()), size: value.size, keep: true}
	}
	place, mark := &v.seen[key.hash[0]%seenPlaces], uint32(key.hash[1])
	again := *place == mark
	*place = mark
	return sharing{key: key, keep: again}
}

// keep notes the value of a text.
func (v *SharedValues) keep(key sharedKey, memory unsafe.Pointer, size int) {
	value := sharedValue{weak.Make((*byte)(memory)), size}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.values[key] = value
	if len(v.values) >= v.sweepAt {
		maps.DeleteFunc(v.values, func(_ sharedKey, value sharedValue) bool { return value.memory.Value() == nil })
		v.sweepAt = max(minSweep, 2*len(v.values))
	}
}

// Len returns how many values are known, those included that have been collected since old ones were last removed.
func (v *SharedValues) Len() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.values)
}

// sharing is a value that may be shared, from the beginning of its text to its end.
type sharing struct {
	key sharedKey
	// memory is that of the known value; nil if there is none. Its text has been read.
	memory unsafe.Pointer
	size   int
	// keep says that the value is to be known from now on. nested says that endShared is to be called.
	keep, nested bool
}

// beginShared looks ahead to the end of a value, and reads the value only if it is known. Otherwise the caller decodes it and calls
// endShared. It must not decode it into memory that may be shared already. A shorter text than shortest is not looked up.
func (s *Scanner) beginShared(goType reflect.Type, shortest int) sharing {
	if s.nesting >= maxSharedNesting {
		return sharing{}
	}
	s.peek()
	begin := s.pos
	text := s.span()
	if len(text) < shortest {
		if !s.failed {
			s.pos = begin
		}
		return sharing{}
	}
	found := s.options.SharedValues.find(goType, text)
	if found.memory == nil {
		s.pos = begin
		s.nesting++
		found.nested = true
	}
	return found
}

// endShared ends a value that began with beginShared, and was not known. Its memory is nil if it is not to be shared.
func (s *Scanner) endShared(began sharing, memory unsafe.Pointer, size int) {
	if !began.nested {
		return
	}
	s.nesting--
	if began.keep && memory != nil && !s.failed {
		s.options.SharedValues.keep(began.key, memory, size)
	}
}

// sharedMap is Map for values that may be shared.
func sharedMap[M ~map[K]V, K ~string, V any](s *Scanner, v *M, decode func(*Scanner, *V)) {
	began := s.beginShared(reflect.TypeFor[M](), minSharedText)
	if began.memory != nil {
		*v = knownMap[M](began)
		return
	}
	decodeMap(s, v, decode)
	endSharedMap(s, began, *v)
}

// knownMap returns the map that is known: a map is a pointer to its memory.
func knownMap[M ~map[K]V, K comparable, V any](known sharing) M {
	return *(*M)(unsafe.Pointer(&known.memory))
}

// endSharedMap is endShared for a map.
func endSharedMap[M ~map[K]V, K comparable, V any](s *Scanner, began sharing, v M) {
	s.endShared(began, *(*unsafe.Pointer)(unsafe.Pointer(&v)), 0)
}

// sharedObject is newObject for values that may be shared.
func (s *Scanner) sharedObject() map[string]any {
	began := s.beginShared(reflect.TypeFor[map[string]any](), minSharedObject)
	if began.memory != nil {
		return knownMap[map[string]any](began)
	}
	object := s.newObject()
	endSharedMap(s, began, object)
	return object
}

// sharedArray is newArray for values that may be shared.
func (s *Scanner) sharedArray() []any {
	began := s.beginShared(reflect.TypeFor[[]any](), minSharedText)
	if began.memory != nil {
		return unsafe.Slice((*any)(began.memory), began.size)
	}
	array := s.newArray()
	var memory unsafe.Pointer
	if len(array) > 0 {
		memory = unsafe.Pointer(&array[0])
	}
	s.endShared(began, memory, len(array))
	return array
}
