package core

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
)

// afterPanic is the pause before a reflector goes on whose source has panicked, where the program lives on.
const afterPanic = time.Second

// Run follows the server until ctx ends, and waits for handlers to finish what they are called with. While it runs, a
// second call is refused. After it has ended, another may follow: it begins at the version where the last one ended, and
// handlers are told what has changed between.
func (i *Informer[T]) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fifo, reflectors, err := i.start()
	if err != nil {
		return err
	}
	i.startListeners(ctx)
	orderly := false
	defer func() { i.stopListeners(orderly) }()

	var own sync.WaitGroup
	for _, reflector := range reflectors {
		own.Go(func() { wait.UntilWithContext(ctx, reflector.Run, afterPanic) })
	}
	own.Go(func() { i.announce(ctx, fifo) })
	own.Go(func() { <-ctx.Done(); fifo.Close() })
	i.work(ctx, fifo)
	cancel()
	own.Wait()
	orderly = true
	return nil
}

// start makes what a run needs.
func (i *Informer[T]) start() (*FIFO[T], []*Reflector[T], error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.state == running {
		return nil, nil, fmt.Errorf("%w: it runs", ErrStarted)
	}
	i.renew()
	i.state, i.renewed = running, false
	scopes := i.opts.Scopes()
	fifo := NewFIFO(i.fifoOptions(scopes))
	i.reflectors = make([]*Reflector[T], len(scopes))
	for n, scope := range scopes {
		opts := i.reflectorOptions(scope)
		opts.Sink, opts.Prepare = fifo.Scope(n), fifo.Prepare
		i.reflectors[n] = NewReflector(opts)
	}
	// Resyncs are of the whole store: one reflector sees to them.
	i.reflectors[0].opts.ResyncPeriod = i.checkEvery
	return fifo, i.reflectors, nil
}

// Renew prepares an informer that has stopped for another run: it forgets that it had synced, and takes handlers.
func (i *Informer[T]) Renew() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.renew()
}

func (i *Informer[T]) renew() {
	if i.state != stopped {
		return
	}
	i.renewed = true
	select {
	case <-i.synced:
		i.synced = make(chan struct{})
	default:
	}
}

func (i *Informer[T]) fifoOptions(scopes []Scope[T]) FIFOOptions[T] {
	opts := FIFOOptions[T]{Key: i.opts.Key, Known: i.store, Transform: i.transform, EmitReplaced: true, OnReached: i.reached}
	if i.opts.Observer != nil {
		opts.OnLength = i.opts.Observer.Queued
	}
	for _, scope := range scopes {
		contains := scope.Contains
		if contains == nil {
			contains = func(string) bool { return true }
		}
		opts.Scopes = append(opts.Scopes, contains)
	}
	return opts
}

func (i *Informer[T]) reflectorOptions(scope Scope[T]) ReflectorOptions[T] {
	name := i.opts.Name
	if scope.Name != "" {
		name += " in " + scope.Name
	}
	return ReflectorOptions[T]{
		Name:              name,
		Source:            scope.Source,
		Key:               i.opts.Key,
		ShouldResync:      i.resyncDue,
		StreamList:        i.opts.StreamList,
		Server:            i.opts.Server,
		Version:           i.store.Version(),
		DropManagedFields: i.opts.DropManagedFields,
		MinWatchTimeout:   i.opts.MinWatchTimeout,
		PageSize:          i.opts.PageSize,
		Backoff:           i.opts.Backoff,
		ShortWatch:        i.opts.ShortWatch,
		Observer:          i.opts.ReflectorObserver,
		Clock:             i.opts.Clock,
		OnError:           i.onError,
	}
}

// reached notes up to which version the store has seen everything.
func (i *Informer[T]) reached(version string) {
	i.store.SetVersion(version)
	if i.opts.Observer != nil {
		i.opts.Observer.Reached(version)
	}
	i.changes.fire()
}

// work takes deltas from the queue until it is closed.
func (i *Informer[T]) work(ctx context.Context, fifo *FIFO[T]) {
	for closed := false; !closed && ctx.Err() == nil; {
		closed = i.takeOver(ctx, fifo)
	}
}

// takeOver takes one object from the queue and reports whether that is closed instead. A panic, which may be that of an
// index function, is reported; where the program lives on, so does the informer, with the next object.
func (i *Informer[T]) takeOver(ctx context.Context, fifo *FIFO[T]) (closed bool) {
	defer utilruntime.HandleCrashWithContext(ctx)
	err := fifo.Pop(i.process)
	switch {
	case errors.Is(err, ErrFIFOClosed):
		return true
	case err != nil:
		klog.FromContext(ctx).Error(err, "An object could not be taken over as a whole", "informer", i.opts.Name)
	}
	return false
}

// announce tells everybody when the first content of the queue has been worked off.
func (i *Informer[T]) announce(ctx context.Context, fifo *FIFO[T]) {
	select {
	case <-ctx.Done():
		return
	case <-fifo.Synced():
	}
	i.mu.Lock()
	close(i.synced)
	i.mu.Unlock()
	i.events.Lock()
	defer i.events.Unlock()
	i.caughtUp = true
	done := &notification[T]{kind: caughtUp, at: i.opts.Clock.Now()}
	for l := range i.listeners {
		l.push(done)
	}
	i.changes.fire()
}

// process brings the store up to date with what happened to one object, and then tells the handlers.
func (i *Informer[T]) process(key string, deltas []Delta[T], inInitialList bool) error {
	begun := i.opts.Clock.Now()
	i.events.Lock()
	defer i.events.Unlock()
	var err error
	for _, delta := range deltas {
		n := &notification[T]{kind: deleted, key: key, obj: delta.Object, unknown: delta.Unknown, hasObject: delta.HasObject, at: begun}
		if delta.Type == Deleted {
			i.store.Delete(key)
			i.tell(n)
			continue
		}
		old, existed, e := i.store.Set(key, delta.Object)
		err = errors.Join(err, e)
		n.kind, n.initial = added, inInitialList
		if existed {
			n.kind, n.old = updated, old
			n.again = delta.Type == Sync || delta.Type == Replaced && i.opts.Version(old) == i.opts.Version(delta.Object)
		}
		if i.opts.Observer != nil {
			i.opts.Observer.Stored(delta.Object)
		}
		i.tell(n)
	}
	if i.opts.Observer != nil {
		i.opts.Observer.Processed(i.opts.Clock.Since(begun))
	}
	i.changes.fire()
	return err
}

// tell queues an event for every handler. An object that only came again is for those whose resync is due.
func (i *Informer[T]) tell(n *notification[T]) {
	for l := range i.listeners {
		if !n.again || l.resyncing {
			l.push(n)
		}
	}
}
