package sharding

import (
	"cmp"
	"slices"

	"github.com/typewright/typewright/runtime/internal/shard"
)

const (
	// pointsOfOne is how many points of the circle of slots a member of capacity 1 has. More points mean that less moves when a member
	// comes or goes, and that a member has more ranges.
	pointsOfOne = 160
	// tolerance is how far from its even share a member may be: at most so many thousandths.
	tolerance = 45
	// maxCapacity bounds the capacity of a member.
	maxCapacity = 100
)

// member is a live member, for the assignment.
type member struct {
	identity string
	capacity int
}

// point is a place on the circle where a member likes slots.
type point struct {
	slot  int
	owner int // index of the member
	rank  uint64
}

// assign gives each slot to a member. It is a pure function of the members, whatever their order: every member that knows the same
// live members computes the same.
//
// Each member has points on the circle of slots. Pairs of slots and members come to an agreement in the order of their distance on
// the circle, until the member has its share: first all members up to a little less than their even share, then, with what is left,
// up to a little more. This is the stable matching of slots and members, both of which prefer what is near, so that when a member
// comes or goes little else moves.
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

// quotas are how many slots each member may have: its share by capacity and some thousandths of it more, rounded up, or less,
// rounded down.
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
