package core

import (
	"context"
	"errors"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"
)

// run is what the followers of one run of an informer share.
type run[T any] struct {
	informer  *Informer[T]
	logger    klog.Logger
	transform func(T) (T, error)
	followers []*follower[T]
	// reached is the version that the store was last told of; the informer's writing lock guards it.
	reached string
}

// follower takes over what the reflector of one scope sees, at once and in the order in which it comes: between a server
// and the store there is no queue, so the store always is as the scope was at some version, and the handlers' queues have
// the events in the order of the server's history. Its methods are called by one goroutine but for Resync.
type follower[T any] struct {
	run      *run[T]
	contains func(key string) bool

	// The informer's writing lock guards what follows: the version up to which everything is stored, and whether there was
	// a list in this run.
	version string
	listed  bool
}

// shares prepares for other followers beside this one: a list is that of a part, then, even where nobody says of which.
func (f *follower[T]) shares() {
	if f.contains == nil {
		f.contains = func(string) bool { return true }
	}
}

// prepare applies the informer's transform. Its panic is reported.
func (r *run[T]) prepare(obj T) (T, error) { return prepare(r.transform, r.informer.opts.Key, obj) }

// Add stores an object, and tells the handlers.
func (f *follower[T]) Add(obj T) error { return f.Update(obj) }

// Update is Add.
func (f *follower[T]) Update(obj T) error {
	key, err := f.run.informer.opts.Key(obj)
	if err == nil {
		obj, err = f.run.prepare(obj)
	}
	if err == nil {
		f.event(&notification[T]{kind: added, key: key, obj: obj, hasObject: true})
	}
	return err
}

// Delete removes an object from the store, and tells the handlers. One that the store does not know is left out. One whose
// last state the transform cannot take is deleted all the same, in the last state that the store knows.
func (f *follower[T]) Delete(obj T) error {
	key, err := f.run.informer.opts.Key(obj)
	if err != nil {
		return err
	}
	obj, err = f.run.prepare(obj)
	f.event(&notification[T]{kind: deleted, key: key, obj: obj, hasObject: true, unknown: err != nil})
	return err
}

// event takes over a change of one object. A panic, which may be that of an observer, is reported; where the program lives
// on, so does the informer, with the next event.
func (f *follower[T]) event(n *notification[T]) {
	i := f.run.informer
	i.writing.Lock()
	defer i.writing.Unlock()
	defer utilruntime.HandleCrashWithLogger(f.run.logger)
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

// change changes the store, and tells the handlers.
func (i *Informer[T]) change(n *notification[T]) error {
	i.events.Lock()
	defer i.events.Unlock()
	if n.kind == deleted {
		old, existed := i.store.Delete(n.key)
		if n.unknown {
			n.obj = old
		}
		if existed {
			i.tell(n)
		}
		return nil
	}
	old, existed, err := i.store.Set(n.key, n.obj)
	if n.initial = !existed && !i.caughtUp; existed {
		n.kind, n.old = updated, old
	}
	i.tell(n)
	return err
}

// Replace makes items, which were prepared as they came, the whole content of the scope, at a version: readers see all of
// it or nothing, and before any handler is told. Handlers are told of what is gone first, and then of the items, in their
// order.
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
	if len(all) > 0 {
		f.announce(all)
		defer i.taken(begun)
	}
	// A version that lies before one that was seen means another history, as after a backup was restored: what has the same
	// version need not be the same.
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
		i.tell(events...)
	}))
	f.seen(version)
	f.end()
	return nil
}

// errNotTakenOver stands for a panic that has kept a list from being taken over, where the program was told to live on.
var errNotTakenOver = errors.New("a panic kept the list from being taken over")

// announce tells the observer of the objects of a list.
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

// eventsOf returns what handlers are to be told of a list.
func (i *Informer[T]) eventsOf(changes []change[T], rewound bool, now time.Time) []*notification[T] {
	var some room[T]
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

// Bookmark notes that everything of the scope up to a version is stored.
func (f *follower[T]) Bookmark(version string) {
	i := f.run.informer
	i.writing.Lock()
	defer i.writing.Unlock()
	f.seen(version)
}

// seen is Bookmark with the writing lock held.
func (f *follower[T]) seen(version string) {
	i := f.run.informer
	f.version = version
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

// version is that up to which everything is stored of all scopes; "" where that is not known. The writing lock is held.
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

// end notes that the list of the scope is stored. With that of the last scope the informer has synced: everybody is told.
// The writing lock is held.
func (f *follower[T]) end() {
	f.listed = true
	for _, other := range f.run.followers {
		if !other.listed {
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
	i.tell(&notification[T]{kind: caughtUp, at: i.opts.Clock.Now()})
	i.changes.fire()
}

// Resync tells the handlers that are due of everything that is stored.
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
	i.tell(events...)
	i.taken(now)
	return nil
}

// tell queues events for every handler. An object that only came again is for those whose resync is due. The events lock is
// held.
func (i *Informer[T]) tell(events ...*notification[T]) {
	for l := range i.listeners {
		l.push(events...)
	}
}

// taken tells that something has been taken over that was begun at a time.
func (i *Informer[T]) taken(begun time.Time) {
	if i.opts.Observer != nil {
		i.opts.Observer.Processed(i.opts.Clock.Since(begun))
		i.opts.Observer.Queued(0)
	}
	i.changes.fire()
}

// log tells of objects that an index could not take.
func (r *run[T]) log(err error) {
	if err != nil {
		r.logger.Error(err, "An object could not be taken over as a whole", "informer", r.informer.opts.Name)
	}
}
