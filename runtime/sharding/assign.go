package sharding

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/typewright/typewright/runtime/internal/shard"
)

const (
	// points is how many points of the circle of slots a member of capacity 1 has. More points mean that less moves when a member
	// comes or goes, and that a member has more ranges.
	points = 160
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
	circle := pointsOf(members)
	owners := make([]int, shard.Slots)
	for slot := range owners {
		owners[slot] = -1
	}
	load := make([]int, len(members))
	for _, quotas := range [][]int{quotas(members, -tolerance), quotas(members, tolerance)} {
		match(circle, owners, load, quotas)
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
	var circle []point
	for i, m := range members {
		seed := mix(Hash(m.identity))
		for n := range points * m.capacity {
			rank := mix(seed + uint64(n)*0x9e3779b97f4a7c15)
			circle = append(circle, point{slot: shard.Slot(rank), owner: i, rank: rank})
		}
	}
	slices.SortFunc(circle, func(a, b point) int { return cmp.Compare(a.rank, b.rank) })
	return circle
}

// mix spreads the bits of a number: the last step of MurmurHash3.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// match gives free slots to the members of the nearest points that have not reached their quotas.
func match(circle []point, owners, load, quotas []int) {
	offers := make(offerHeap, 0, len(owners))
	for slot, owner := range owners {
		if owner >= 0 {
			continue
		}
		right, _ := slices.BinarySearchFunc(circle, slot, func(p point, slot int) int { return cmp.Compare(p.slot, slot) })
		o := offer{slot: slot, left: right - 1, right: right}
		if o.advance(circle, load, quotas) {
			offers = append(offers, o)
		}
	}
	heap.Init(&offers)
	for len(offers) > 0 {
		o := &offers[0]
		owner := o.nearest.owner
		switch {
		case load[owner] < quotas[owner]:
			owners[o.slot] = owner
			load[owner]++
			offers.drop()
		case o.advance(circle, load, quotas):
			heap.Fix(&offers, 0)
		default:
			offers.drop()
		}
	}
}

// offer is a free slot that looks for a member from its place outwards.
type offer struct {
	slot        int
	left, right int // the next points on both sides, as indexes that may be outside of the circle
	distance    int
	nearest     point
}

// advance goes on to the next nearest point of a member that has not reached its quota. It returns false if there is none.
func (o *offer) advance(circle []point, load, quotas []int) bool {
	for o.right-o.left-1 < len(circle) {
		left, right := at(circle, o.left), at(circle, o.right)
		toLeft, toRight := (o.slot-left.slot+shard.Slots)%shard.Slots, (right.slot-o.slot+shard.Slots)%shard.Slots
		if toLeft < toRight || toLeft == toRight && left.rank < right.rank {
			o.left--
			o.nearest, o.distance = left, toLeft
		} else {
			o.right++
			o.nearest, o.distance = right, toRight
		}
		if load[o.nearest.owner] < quotas[o.nearest.owner] {
			return true
		}
	}
	return false
}

// at is the point of the circle with an index that may be less than 0 or beyond the last.
func at(circle []point, i int) point { return circle[(i+len(circle))%len(circle)] }

// offerHeap has the nearest pair first.
type offerHeap []offer

func (h offerHeap) Len() int { return len(h) }
func (h offerHeap) Less(i, j int) bool {
	a, b := &h[i], &h[j]
	return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.nearest.rank, b.nearest.rank), cmp.Compare(a.slot, b.slot)) < 0
}
func (h offerHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push and Pop are of heap.Interface. They allocate, so drop does without.
func (h *offerHeap) Push(x any) { *h = append(*h, x.(offer)) }

func (h *offerHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// drop removes the nearest pair.
func (h *offerHeap) drop() {
	last := len(*h) - 1
	(*h)[0] = (*h)[last]
	*h = (*h)[:last]
	if last > 0 {
		heap.Fix(h, 0)
	}
}
