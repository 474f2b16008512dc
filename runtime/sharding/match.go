package sharding

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// circle is the points of all members, in order. Points of members that have reached their quotas are closed: slots pass them over.
type circle struct {
	points       []point
	load, quotas []int // by owner
	room         int   // how many slots may still be given
	// left and right lead from a closed point towards the next open one on that side, and from an open point to itself.
	left, right []int
}

// open lets members have as many slots as their quotas say.
func (c *circle) open(quotas []int) {
	c.quotas, c.room = quotas, 0
	c.left, c.right = make([]int, len(c.points)), make([]int, len(c.points))
	for i := range c.points {
		c.left[i], c.right[i] = i, i
	}
	for owner, quota := range quotas {
		c.room += max(0, quota-c.load[owner])
		if !c.hasRoom(owner) {
			c.shut(owner)
		}
	}
}

func (c *circle) hasRoom(owner int) bool { return c.load[owner] < c.quotas[owner] }

// shut closes the points of an owner.
func (c *circle) shut(owner int) {
	for i, p := range c.points {
		if p.owner == owner {
			c.left[i], c.right[i] = c.index(i-1), c.index(i+1)
		}
	}
}

// give gives a slot to an owner that has room.
func (c *circle) give(owner int) {
	c.load[owner]++
	c.room--
	if !c.hasRoom(owner) {
		c.shut(owner)
	}
}

// index is the index of a point that may be one before the first or after the last.
func (c *circle) index(i int) int { return (i + len(c.points)) % len(c.points) }

// follow returns the open point to which links lead from a point. One must be open. It shortens the way for the next time.
func follow(links []int, i int) int {
	for links[i] != i {
		links[i] = links[links[i]]
		i = links[i]
	}
	return i
}

// match gives free slots to the members of the nearest open points, as long as there is room.
func (c *circle) match(owners []int) {
	if c.room == 0 {
		return
	}
	offers := make(offerHeap, 0, len(owners))
	for slot, owner := range owners {
		if owner >= 0 {
			continue
		}
		right, _ := slices.BinarySearchFunc(c.points, slot, func(p point, slot int) int { return cmp.Compare(p.slot, slot) })
		o := offer{slot: slot, left: c.index(right - 1), right: c.index(right)}
		o.advance(c)
		offers = append(offers, o)
	}
	heap.Init(&offers)
	for len(offers) > 0 && c.room > 0 {
		o := &offers[0]
		if owner := o.nearest.owner; c.hasRoom(owner) {
			owners[o.slot] = owner
			c.give(owner)
			offers.drop()
			continue
		}
		o.advance(c)
		heap.Fix(&offers, 0)
	}
}

// offer is a free slot that looks for a member from its place outwards.
type offer struct {
	slot        int
	left, right int // indexes of points on both sides; those between them are closed
	distance    int
	nearest     point
}

// advance goes on to the nearest open point. One must be open.
func (o *offer) advance(c *circle) {
	o.left, o.right = follow(c.left, o.left), follow(c.right, o.right)
	left, right := c.points[o.left], c.points[o.right]
	toLeft, toRight := (o.slot-left.slot+shard.Slots)%shard.Slots, (right.slot-o.slot+shard.Slots)%shard.Slots
	o.nearest, o.distance = right, toRight
	if toLeft < toRight || toLeft == toRight && left.rank < right.rank {
		o.nearest, o.distance = left, toLeft
	}
}

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
