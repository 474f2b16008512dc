package core

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/util/resourceversion"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// part is what a follower has of the shards. The informer's writing lock guards it.
type part struct {
	// listed is what the store has, pending what is being listed. What is lost leaves both at once.
	listed, pending shard.Set
	// floors are parts that were listed at a later version than the watch has reached.
	floors []floor
	// filtered is set if the last list had objects of others.
	filtered bool
	// moved wakes the reflector when more is to be listed, and when nothing is left.
	moved signal
}

// floor is a set of objects that was listed at a version. Events of it up to that version are in the store already.
type floor struct {
	set     shard.Set
	version string
}

// toList returns what is to be listed: all that is held if whole is set or nothing is listed yet, and otherwise what is missing. Merges
// says whether it is to be added to what there is. Moved is closed when the answer has changed.
func (f *follower[T]) toList(whole bool) (set shard.Set, merges bool, moved <-chan struct{}) {
	f.run.informer.writing.Lock()
	defer f.run.informer.writing.Unlock()
	held := f.run.informer.sharding.held
	merges = !whole && !f.listed.Empty()
	f.pending = held
	if merges {
		f.pending = held.Minus(f.listed)
	}
	return f.pending, merges, f.moved.next()
}

// toWatch returns what is listed.
func (f *follower[T]) toWatch() shard.Set {
	f.run.informer.writing.Lock()
	defer f.run.informer.writing.Unlock()
	return f.listed
}

func (f *follower[T]) field() string { return f.run.informer.sharding.shards.Field() }

func (f *follower[T]) setFiltered(filtered bool) {
	f.run.informer.writing.Lock()
	defer f.run.informer.writing.Unlock()
	f.filtered = filtered
}

// Merge adds objects that were pending to the store, at a later version than that of the watch. For the handlers they are additions of
// an initial list: they existed before.
func (f *follower[T]) merge(items []T, version string) error {
	i := f.run.informer
	all, err := keyedBy(items, i.opts.Key)
	if err != nil {
		return err
	}
	i.writing.Lock()
	defer i.writing.Unlock()
	set := f.pending
	all = f.takePending(all)
	begun := i.opts.Clock.Now()
	f.floors = append(f.floors, floor{set, version})
	if len(all) == 0 {
		return nil
	}
	f.announce(all)
	defer i.taken(begun)
	i.events.Lock()
	defer i.events.Unlock()
	for _, item := range all {
		n := &notification[T]{kind: added, key: item.key, obj: item.obj, hasObject: true, initial: true, at: begun}
		old, existed, err := i.store.Set(item.key, item.obj)
		if existed {
			n.kind, n.old, n.initial = updated, old, false
		}
		f.run.log(err)
		i.notify(n)
	}
	return nil
}

// takePending makes what is pending listed, and returns the objects of a list that belong to it: not those that were lost since the
// list began. The caller holds the writing lock.
func (f *follower[T]) takePending(items []keyed[T]) []keyed[T] {
	s := f.run.informer.sharding
	items = slices.DeleteFunc(items, func(item keyed[T]) bool {
		hash, err := s.hash(item.obj)
		return err != nil || !f.pending.Contains(hash)
	})
	f.listed, f.pending = f.listed.Union(f.pending), shard.Set{}
	return items
}

// arrival is what an event of a watch says of its object.
type arrival struct {
	uid, version string
	hash         uint64
}

// arrives reads an object of a watch before the transform may change it.
func (f *follower[T]) arrives(obj T) (arrival, error) {
	s := f.run.informer.sharding
	if s == nil {
		return arrival{}, nil
	}
	hash, err := s.hash(obj)
	return arrival{uidOf(obj), f.run.informer.opts.Version(obj), hash}, err
}

// admits reports whether an event is news of an object that is listed. An object that was deleted and created again with the same name
// may be in two parts, whose events do not come in order. The caller holds the writing lock.
func (f *follower[T]) admits(n *notification[T], a arrival) bool {
	i := f.run.informer
	if i.sharding == nil {
		return true
	}
	if !f.listed.Contains(a.hash) {
		return false
	}
	for _, floor := range f.floors {
		if floor.set.Contains(a.hash) && !newer(a.version, floor.version) {
			return false
		}
	}
	old, existed := i.store.Get(n.key)
	if !existed || uidOf(old) == a.uid {
		return true
	}
	return n.kind != deleted && newer(a.version, i.opts.Version(old))
}

// forget drops the floors that the watch has reached. The caller holds the writing lock.
func (f *follower[T]) forgetFloors(version string) {
	f.floors = slices.DeleteFunc(f.floors, func(floor floor) bool { return !newer(floor.version, version) })
}

// newer reports whether a version is later than another. Versions that cannot be compared are taken for news.
func newer(version, than string) bool {
	order, err := resourceversion.CompareResourceVersion(version, than)
	return err != nil || order > 0
}

func uidOf(obj any) string {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return ""
	}
	return string(accessor.GetUID())
}
