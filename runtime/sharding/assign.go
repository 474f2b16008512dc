package sharding

import (
	"cmp"
	"slices"

	"github.com/typewright/typewright/runtime/internal/shard"
)

const (
	// pointsOfOne is how many points on the circle of slots a member of capacity 1 has. With more points fewer slots move when a member
	// joins or leaves, and a member has more ranges.
	pointsOfOne = 160
	// tolerance is how far a member may be from its even share, in thousandths.
	tolerance = 45
	// maxCapacity limits the capacity of a member.
	maxCapacity = 100
)

// member is a live member, for the assignment.
type member struct {
	identity string
	capacity int
}

// point is a place on the circle. Its owner prefers slots near it.
type point struct {
	slot  int
	owner int // index of the member
	rank  uint64
}

// assign assigns each slot to a member. It is a pure function of the members and does not depend on their order: all members that see the
// same live members compute the same assignment.
//
// Each member has points on the circle of slots. Slots are assigned to members in the order of their distance on the circle, until
// a member has its share: first up to a little less than the even share of each, then the remaining slots up to a little more. This is
// the stable matching of slots and members that prefer near ones, so few other slots move when a member joins or leaves.
func assign(members []member) map[string]Set {
	members = slices.Clone(members)
	slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.identity, b.identity) })
	c := &circle{points: pointsOf(members), load: make([]int, len(members))}
	owners := make([]int, shard.Slots)
	for slot := range owners {
		owners[slot] = -1
	}
	for _, quotas := range [][]int{quotas(members, -tolerance), quotas(members, tolerance)} {
		c.open(quotas)
		c.match(owners)
	}
	sets := make([]Set, len(members))
	for slot, owner := range owners {
		if owner >= 0 {
			shard.Insert(&sets[owner], slot)
		}
	}
	result := make(map[string]Set, len(members))
	for i, m := range members {
		result[m.identity] = sets[i]
	}
	return result
}

// quotas returns how many slots each member may have: its share by capacity, plus the given thousandths of it rounded up, or, if they are
// negative, minus them rounded down.
func quotas(members []member, thousandths int) []int {
	total := 0
	for _, m := range members {
		total += m.capacity
	}
	quotas := make([]int, len(members))
	for i, m := range members {
		share := shard.Slots * m.capacity * (1000 + thousandths)
		quotas[i] = share / (1000 * total)
		if thousandths > 0 {
			quotas[i]++
		}
	}
	return quotas
}

// pointsOf returns the points of all members, sorted by slot.
func pointsOf(members []member) []point {
	var all []point
	for i, m := range members {
		seed := mix(Hash(m.identity))
		for n := range pointsOfOne * m.capacity {
			rank := mix(seed + uint64(n)*0x9e3779b97f4a7c15)
			all = append(all, point{slot: shard.Slot(rank), owner: i, rank: rank})
		}
	}
	slices.SortFunc(all, func(a, b point) int { return cmp.Compare(a.rank, b.rank) })
	return all
}

// mix spreads the bits of a number: the last step of MurmurHash3.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
