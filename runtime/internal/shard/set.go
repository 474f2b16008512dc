// Package shard has sets of hashes, by which objects belong to processes: what package sharding agrees on, and what informers of a
// part of the objects list, watch and keep.
package shard

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// The space of hashes is cut into slots of equal size, which members hold or do not.
const (
	slotBits = 16
	// Slots is how many there are.
	Slots = 1 << slotBits
	shift = 64 - slotBits
	// words is how many words have a bit for each slot.
	words    = Slots / wordBits
	wordBits = 64
)

// Slot is the slot of a hash.
func Slot(hash uint64) int { return int(hash >> shift) }

// What may be hashed, as KEP-5866 names it.
const (
	ByUID       = "object.metadata.uid"
	ByNamespace = "object.metadata.namespace"
)

// HashOf is the hash of an object by one of the fields that may be hashed.
func HashOf(field, uid, namespace string) uint64 {
	if field == ByNamespace {
		return Hash(namespace)
	}
	return Hash(uid)
}

// Hash is the hash of a uid or a namespace by which objects belong to members: FNV-1a with 64 bits, that of KEP-5866.
func Hash(value string) uint64 {
	const offset, prime = 0xcbf29ce484222325, 0x100000001b3
	hash := uint64(offset)
	for i := range len(value) {
		hash = (hash ^ uint64(value[i])) * prime
	}
	return hash
}

// Set is a set of hashes, made of slots: ranges of hashes that begin and end at multiples of 2⁴⁸. The zero value is empty. A set that
// a function has returned does not change.
type Set struct {
	words []uint64 // a bit for each slot; nil if the set is empty
}

// Everything is the set of all hashes.
func Everything() Set {
	s := Set{words: make([]uint64, words)}
	for i := range s.words {
		s.words[i] = ^uint64(0)
	}
	return s
}

// Contains reports whether a hash is in the set.
func (s Set) Contains(hash uint64) bool { return s.HasSlot(Slot(hash)) }

// Empty reports whether the set has no hash.
func (s Set) Empty() bool {
	for _, word := range s.words {
		if word != 0 {
			return false
		}
	}
	return true
}

// Share is the part of all hashes that is in the set, from 0 to 1.
func (s Set) Share() float64 { return float64(s.count()) / Slots }

// HasSlot reports whether the hashes of a slot are in the set.
func (s Set) HasSlot(slot int) bool {
	return s.words != nil && s.words[slot/wordBits]&(1<<(slot%wordBits)) != 0
}

// Insert adds a slot to a set that nobody else has yet.
func Insert(s *Set, slot int) {
	if s.words == nil {
		s.words = make([]uint64, words)
	}
	s.words[slot/wordBits] |= 1 << (slot % wordBits)
}

func (s Set) count() (n int) {
	for _, word := range s.words {
		n += bits.OnesCount64(word)
	}
	return n
}

// combine returns the set of the bits that f makes of those of two sets.
func (s Set) combine(other Set, f func(a, b uint64) uint64) Set {
	result := Set{words: make([]uint64, words)}
	for i := range result.words {
		var a, b uint64
		if s.words != nil {
			a = s.words[i]
		}
		if other.words != nil {
			b = other.words[i]
		}
		result.words[i] = f(a, b)
	}
	return result
}

// Union returns what is in either set.
func (s Set) Union(other Set) Set {
	return s.combine(other, func(a, b uint64) uint64 { return a | b })
}

// Minus returns what is in s and not in the other set.
func (s Set) Minus(other Set) Set {
	return s.combine(other, func(a, b uint64) uint64 { return a &^ b })
}

// Intersection returns what is in both sets.
func (s Set) Intersection(other Set) Set {
	return s.combine(other, func(a, b uint64) uint64 { return a & b })
}

// Equal reports whether two sets have the same hashes.
func (s Set) Equal(other Set) bool {
	if s.words == nil || other.words == nil {
		return s.Empty() && other.Empty()
	}
	return slices.Equal(s.words, other.words)
}

// Range is the hashes from First to Last, both included.
type Range struct{ First, Last uint64 }

// Ranges returns the set as ranges that do not touch, in ascending order.
func (s Set) Ranges() []Range {
	var ranges []Range
	for first := s.find(0, 0); first < Slots; {
		end := s.find(first, ^uint64(0))
		ranges = append(ranges, Range{First: uint64(first) << shift, Last: uint64(end)<<shift - 1}) //nolint:gosec // slots are 0 to Slots
		first = s.find(end, 0)
	}
	return ranges
}

// find returns the first slot, from one on, whose bit is not that of unless, which is all zeros or all ones; Slots if there is none.
func (s Set) find(from int, unless uint64) int {
	for slot := from; slot < Slots && s.words != nil; slot = (slot/wordBits + 1) * wordBits {
		if word := (s.words[slot/wordBits] ^ unless) >> (slot % wordBits); word != 0 {
			return slot + bits.TrailingZeros64(word)
		}
	}
	return Slots
}

// String returns the set as text that ParseSet reads: the first and the last slot of each range, in hexadecimal.
func (s Set) String() string {
	ranges := s.Ranges()
	texts := make([]string, len(ranges))
	for i, r := range ranges {
		texts[i] = fmt.Sprintf("%04x-%04x", r.First>>shift, r.Last>>shift)
	}
	return strings.Join(texts, ",")
}

// ParseSet reads what String returns.
func ParseSet(text string) (Set, error) {
	var s Set
	if text == "" {
		return s, nil
	}
	for item := range strings.SplitSeq(text, ",") {
		first, last, ok := strings.Cut(item, "-")
		from, err := strconv.ParseUint(first, 16, slotBits)
		to, err2 := strconv.ParseUint(last, 16, slotBits)
		if !ok || err != nil || err2 != nil || from > to {
			return Set{}, fmt.Errorf("%q is not a range of slots such as 0000-7fff", item)
		}
		for slot := from; slot <= to; slot++ {
			Insert(&s, int(slot))
		}
	}
	return s, nil
}

// Selector returns the shard selector of KEP-5866 for the objects whose field is in the set.
func (s Set) Selector(field string) string {
	ranges := s.Ranges()
	texts := make([]string, len(ranges))
	for i, r := range ranges {
		end := "0x10000000000000000"
		if r.Last != ^uint64(0) {
			end = fmt.Sprintf("0x%016x", r.Last+1)
		}
		texts[i] = fmt.Sprintf("shardRange(%s, '0x%016x', '%s')", field, r.First, end)
	}
	return strings.Join(texts, " || ")
}
