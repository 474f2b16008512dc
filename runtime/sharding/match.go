package sharding

import (
	"cmp"
	"slices"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// circle has the points of all members, in order. Points of members that have reached their quotas are closed: slots skip them.
type circle struct {
	points       []point
	load, quotas []int // by owner
	room         int   // how many slots may still be given
	// left and right are links from a closed point towards the next open one on that side. An open point links to itself.
	left, right []int
}

// open sets the quotas, and opens the points of members with room.
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

// follow returns the open point to which links lead from a point. At least one must be open. It shortens the path for later calls.
func follow(links []int, i int) int {
	for links[i] != i {
		links[i] = links[links[i]]
		i = links[i]
	}
	return i
}

// match gives free slots to the members of the nearest open points, the nearest pairs first, as long as there is room.
func (c *circle) match(owners []int) {
	if c.room == 0 {
		return
	}
	q := &offers{}
	for slot, owner := range slices.Backward(owners) {
		if owner >= 0 {
			continue
		}
		right, _ := slices.BinarySearchFunc(c.points, slot, func(p point, slot int) int { return cmp.Compare(p.slot, slot) })
		q.add(offer{slot: slot, left: c.index(right - 1), right: c.index(right)}, c)
	}
	for distance := 0; c.room > 0; {
		o, ok := q.take(distance)
		switch {
		case !ok && distance == shard.Slots/2:
			return
		case !ok:
			distance++
		case c.hasRoom(o.owner):
			owners[o.slot] = o.owner
			c.give(o.owner)
		default:
			q.add(o, c)
		}
	}
}

// offer is a free slot that searches for a member with room, outwards from its place.
type offer struct {
	slot        int
	left, right int // indexes of points on both sides; those between them are closed
	owner       int // of the nearest
}

// advance goes on to the nearest open point, of which there must be one, and returns its distance.
func (o *offer) advance(c *circle) (distance int) {
	o.left, o.right = follow(c.left, o.left), follow(c.right, o.right)
	left, right := c.points[o.left], c.points[o.right]
	toLeft, toRight := (o.slot-left.slot+shard.Slots)%shard.Slots, (right.slot-o.slot+shard.Slots)%shard.Slots
	if toLeft < toRight || toLeft == toRight && left.rank < right.rank {
		o.owner = left.owner
		return toLeft
	}
	o.owner = right.owner
	return toRight
}

// offers has a list of offers for each distance, which is faster than a heap. Each slot has at most one offer.
type offers struct {
	first [shard.Slots/2 + 1]int // by distance: the slot of the first offer and 1; 0 if there is none
	next  [shard.Slots]int       // by slot: the slot of the next offer at that distance and 1
	all   [shard.Slots]offer     // by slot
}

// add lets an offer go on to the nearest open point, and puts it first at that distance.
func (q *offers) add(o offer, c *circle) {
	distance := o.advance(c)
	q.all[o.slot] = o
	q.next[o.slot] = q.first[distance]
	q.first[distance] = o.slot + 1
}

// take removes the first offer at a distance.
func (q *offers) take(distance int) (o offer, ok bool) {
	first := q.first[distance]
	if first == 0 {
		return offer{}, false
	}
	o = q.all[first-1]
	q.first[distance] = q.next[first-1]
	return o, true
}
