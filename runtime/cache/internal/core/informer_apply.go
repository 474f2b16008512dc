package core

import (
	"context"
	"errors"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// run is the state that the followers of one run of an informer share.
type run[T any] struct {
	informer  *Informer[T]
	logger    klog.Logger
	transform func(T) (T, error)
	followers []*follower[T]
	// reflectors are those of the followers.
	reflectors []*Reflector[T]
	// reached is the version that the store was last set to. The informer's writing lock guards it.
	reached string
}

// follower is the sink of the reflector of one scope. It applies each event and each list at once, in the order in which
// they arrive, and queues them for the handlers. Since there is no queue before the store, the store always equals the
// scope at some version, and the queues of the handlers have the order of the server's history. One goroutine calls its
// methods, but Resync may be called by another at the same time.
type follower[T any] struct {
	run      *run[T]
	contains func(key string) bool

	// version is the version up to which everything in the scope is stored. hasList is set once a list of the scope is
	// stored in this run. The informer's writing lock guards both.
	version string
	hasList bool

	part
}

// shares prepares a follower for a run with several scopes: a list then replaces only a part of the store, and a scope
// without Contains selects all objects explicitly.
func (f *follower[T]) shares() {
	if f.contains == nil {
		f.contains = func(string) bool { return true }
	}
}

// prepare applies the informer's transform. It reports a panic and returns it as an error.
func (r *run[T]) prepare(obj T) (T, error) { return prepare(r.transform, r.informer.opts.Key, obj) }

// Add stores an object and queues an event for the handlers. It is the same as Update.
func (f *follower[T]) Add(obj T) error { return f.Update(obj) }

// Update stores an object and queues an event for the handlers: an addition if the store did not have the object, and
// otherwise an update. If the transform fails, nothing happens and Update returns the error.
func (f *follower[T]) Update(obj T) error {
	key, err := f.run.informer.opts.Key(obj)
	if err != nil {
		return err
	}
	arrives, err := f.arrives(obj)
	if err == nil {
		obj, err = f.run.prepare(obj)
	}
	if err == nil {
		f.event(&notification[T]{kind: added, key: key, obj: obj, hasObject: true}, arrives)
	}
	return err
}

// Delete removes an object from the store and queues an event for the handlers, unless the store does not have the object.
// If the transform fails for obj, the event has the stored object instead, and Delete returns the error.
func (f *follower[T]) Delete(obj T) error {
	key, err := f.run.informer.opts.Key(obj)
	if err != nil {
		return err
	}
	arrives, err := f.arrives(obj)
	if err != nil {
		return err
	}
	obj, err = f.run.prepare(obj)
	f.event(&notification[T]{kind: deleted, key: key, obj: obj, hasObject: true, unknown: err != nil}, arrives)
	return err
}

// event applies a change of one object. It reports a panic, as of an observer. With utilruntime.ReallyCrash unset, the
// informer then goes on with the next event.
func (f *follower[T]) event(n *notification[T], arrives arrival) {
	i := f.run.informer
	i.writing.Lock()
	defer i.writing.Unlock()
	defer utilruntime.HandleCrashWithLogger(f.run.logger)
	if !f.admits(n, arrives) {
		return
	}
	n.at = i.opts.Clock.Now()
	if i.opts.Observer != nil {
		i.opts.Observer.Queued(1)
		if n.kind != deleted {
			i.opts.Observer.Stored(n.obj)
		}
	}
	f.run.log(i.change(n))
	i.taken(n.at)
}

// change changes the store and queues the event for the handlers.
func (i *Informer[T]) change(n *notification[T]) error {
	i.events.Lock()
	defer i.events.Unlock()
	if n.kind == deleted {
		old, existed := i.store.Delete(n.key)
		if n.unknown {
			n.obj = old
		}
		if existed {
			i.notify(n)
		}
		return nil
	}
	old, existed, err := i.store.Set(n.key, n.obj)
	if n.initial = !existed && !i.caughtUp; existed {
		n.kind, n.old = updated, old
	}
	i.notify(n)
	return err
}

// Replace makes items the whole contents of the scope, at a version. The reflector has prepared them. Readers see the old
// contents or the new ones, never a mixture, and see the new ones before any handler is called. The handlers get the
// deletions first, and then the items in their order.
func (f *follower[T]) Replace(items []T, version string) (err error) {
	i := f.run.informer
	all, err := keyedBy(items, i.opts.Key)
	if err != nil {
		return err
	}
	i.writing.Lock()
	defer i.writing.Unlock()
	defer utilruntime.HandleCrashWithLogger(f.run.logger, func(context.Context, any) { err = errNotTakenOver })
	begun := i.opts.Clock.Now()
	if i.sharding != nil {
		f.listed, f.floors = shard.Set{}, nil
		all = f.takePending(all)
	}
	if len(all) > 0 {
		f.announce(all)
		defer i.taken(begun)
	}
	// If the server has another history now, equal versions do not mean equal objects.
	rewound := goesBack(version, f.version)
	f.version = version
	f.run.log(i.store.exchange(all, f.contains, f.run.version(), func(changes []change[T], finish func()) {
		events := i.eventsOf(changes, rewound, begun)
		i.events.Lock()
		defer i.events.Unlock()
		finish()
		for _, n := range events {
			n.initial = n.kind == added && !i.caughtUp
		}
		i.notify(events...)
	}))
	f.seen(version)
	if i.sharding == nil || !f.listed.Empty() {
		f.end()
	}
	return nil
}

// errNotTakenOver is the error of Replace after a panic. It occurs only with utilruntime.ReallyCrash unset; otherwise the
// panic ends the program.
var errNotTakenOver = errors.New("a panic kept the list from being taken over")

// announce calls the observer with the objects of a list.
func (f *follower[T]) announce(items []keyed[T]) {
	observer := f.run.informer.opts.Observer
	if observer == nil {
		return
	}
	observer.Queued(len(items))
	for _, item := range items {
		observer.Stored(item.obj)
	}
}

// eventsOf returns the events of a list for the handlers. If rewound is set, every object that existed counts as changed.
func (i *Informer[T]) eventsOf(changes []change[T], rewound bool, now time.Time) []*notification[T] {
	var some chunks[T]
	events := make([]*notification[T], len(changes))
	for at, c := range changes {
		n := some.next(len(events) - at)
		*n = notification[T]{kind: added, key: c.key, old: c.old, obj: c.obj, hasObject: true, at: now}
		switch {
		case c.deleted:
			n.kind, n.obj, n.old, n.unknown = deleted, c.old, *new(T), true
		case c.existed:
			n.kind, n.again = updated, !rewound && i.opts.Version(c.old) == i.opts.Version(c.obj)
		}
		events[at] = n
	}
	return events
}

// Bookmark records that everything in the scope up to a version is stored.
func (f *follower[T]) Bookmark(version string) {
	i := f.run.informer
	i.writing.Lock()
	defer i.writing.Unlock()
	f.seen(version)
}

// seen is Bookmark for a caller that holds the writing lock.
func (f *follower[T]) seen(version string) {
	i := f.run.informer
	f.version = version
	f.forgetFloors(version)
	reached := f.run.version()
	if reached == f.run.reached {
		return
	}
	f.run.reached = reached
	i.store.SetVersion(reached)
	if i.opts.Observer != nil {
		i.opts.Observer.Reached(reached)
	}
	i.changes.fire()
}

// version returns the version up to which everything in all scopes is stored, or "" if it is not known. The caller holds
// the writing lock.
func (r *run[T]) version() string {
	if len(r.followers) == 1 {
		return r.followers[0].version
	}
	versions := make([]string, len(r.followers))
	for n, f := range r.followers {
		versions[n] = f.version
	}
	return oldest(versions)
}

// end records that the list of the scope is stored. After the list of the last scope, it closes synced and queues the end
// of the initial list for the handlers. The caller holds the writing lock.
func (f *follower[T]) end() {
	f.hasList = true
	for _, other := range f.run.followers {
		if !other.hasList {
			return
		}
	}
	i := f.run.informer
	i.events.Lock()
	defer i.events.Unlock()
	if i.caughtUp {
		return
	}
	i.caughtUp = true
	i.mu.Lock()
	if !i.renewed {
		close(i.synced)
	}
	i.mu.Unlock()
	i.notify(&notification[T]{kind: caughtUp, at: i.opts.Clock.Now()})
	i.changes.fire()
}

// Resync queues an update of every stored object for the handlers whose resync is due.
func (f *follower[T]) Resync() error {
	i := f.run.informer
	i.events.Lock()
	defer i.events.Unlock()
	now := i.opts.Clock.Now()
	events := i.allStored(now)
	for _, n := range events {
		if i.opts.Observer != nil {
			i.opts.Observer.Stored(n.obj)
		}
		n.kind, n.old, n.again = updated, n.obj, true
	}
	i.notify(events...)
	i.taken(now)
	return nil
}

// notify queues events for every handler. Updates of unchanged objects go only to handlers whose resync is due. The caller
// holds the events lock.
func (i *Informer[T]) notify(events ...*notification[T]) {
	for l := range i.listeners {
		l.push(events...)
	}
}

// taken calls the observer after a change that began at a time, and wakes those who wait for Changes.
func (i *Informer[T]) taken(begun time.Time) {
	if i.opts.Observer != nil {
		i.opts.Observer.Processed(i.opts.Clock.Since(begun))
		i.opts.Observer.Queued(0)
	}
	i.changes.fire()
}

// log logs which indexes omit which objects.
func (r *run[T]) log(err error) {
	if err != nil {
		r.logger.Error(err, "An object could not be taken over as a whole", "informer", r.informer.opts.Name)
	}
}
