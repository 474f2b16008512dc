package sharding

import "github.com/typewright/typewright/runtime/internal/shard"

// Set is a set of hashes, made of ranges that begin and end at multiples of 2⁴⁸. The zero value is empty. A set that a function has
// returned does not change.
type Set = shard.Set

// Range is the hashes from First to Last, both included.
type Range = shard.Range

// ParseSet reads what Set.String returns: the first and the last slot of each range, in hexadecimal.
func ParseSet(text string) (Set, error) { return shard.ParseSet(text) }

// Hash returns the hash of a uid or a namespace, which decides to which member an object belongs: FNV-1a with 64 bits, that of KEP-5866.
func Hash(value string) uint64 { return shard.Hash(value) }
