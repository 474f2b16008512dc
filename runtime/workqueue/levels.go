package workqueue

import (
	"cmp"
	"container/list"
	"slices"
)

// levels is an order: the highest priority first. Within a priority the first in is the first out or, with a function that
// tells lanes, lanes take turns and the first in a lane is the first out of it.
//
// There are as many levels as there are priorities in use, which are meant to be few.
type levels[T comparable] struct {
	laneOf func(item T) string
	items  map[T]*place[T]
	// levels are those that hold something, the lowest priority first.
	levels []*level[T]
}

// place is where an item is.
type place[T comparable] struct {
	how     added
	lane    *lane[T]
	element *list.Element // of the lane
}

// level holds the items of a priority.
type level[T comparable] struct {
	priority int
	size     int
	lanes    map[string]*lane[T]
	turns    list.List // of the lanes, the next one first
}

// lane holds the items of a priority that have the same name, and at least one.
type lane[T comparable] struct {
	name  string
	items list.List
	turn  *list.Element // of the level's turns
}

func newLevels[T comparable](laneOf func(item T) string) *levels[T] {
	if laneOf == nil {
		laneOf = func(T) string { return "" }
	}
	return &levels[T]{laneOf: laneOf, items: map[T]*place[T]{}}
}

func (l *levels[T]) add(item T, priority int) *added {
	p := l.items[item]
	if p == nil {
		p = &place[T]{how: added{priority: priority}}
		l.items[item] = p
		l.put(item, p)
		return &p.how
	}
	if priority > p.how.priority {
		i, _ := l.find(p.how.priority)
		l.take(i, p)
		p.how.priority = priority
		l.put(item, p)
	}
	return nil
}

func (l *levels[T]) find(priority int) (int, bool) {
	return slices.BinarySearchFunc(l.levels, priority, func(v *level[T], priority int) int { return cmp.Compare(v.priority, priority) })
}

func (l *levels[T]) put(item T, p *place[T]) {
	i, found := l.find(p.how.priority)
	if !found {
		l.levels = slices.Insert(l.levels, i, &level[T]{priority: p.how.priority, lanes: map[string]*lane[T]{}})
	}
	v := l.levels[i]
	name := l.laneOf(item)
	p.lane = v.lanes[name]
	if p.lane == nil {
		p.lane = &lane[T]{name: name}
		v.lanes[name] = p.lane
		p.lane.turn = v.turns.PushBack(p.lane)
	}
	p.element = p.lane.items.PushBack(item)
	v.size++
}

// take takes an item out of its lane, and what is empty then out of the order.
func (l *levels[T]) take(i int, p *place[T]) {
	v := l.levels[i]
	p.lane.items.Remove(p.element)
	v.size--
	if p.lane.items.Len() == 0 {
		delete(v.lanes, p.lane.name)
		v.turns.Remove(p.lane.turn)
	}
	if v.size == 0 {
		l.levels = slices.Delete(l.levels, i, i+1)
	}
}

func (l *levels[T]) len() int { return len(l.items) }

func (l *levels[T]) pop() (T, added) {
	i := len(l.levels) - 1
	v := l.levels[i]
	next, _ := v.turns.Front().Value.(*lane[T])
	v.turns.MoveToBack(next.turn)
	item, _ := next.items.Front().Value.(T)
	p := l.items[item]
	delete(l.items, item)
	l.take(i, p)
	return item, p.how
}

func (l *levels[T]) depths() map[int]int {
	if len(l.levels) == 0 {
		return nil
	}
	all := map[int]int{}
	for _, v := range l.levels {
		all[v.priority] = v.size
	}
	return all
}
