package core

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
)

// afterPanic is the pause after a panic of a reflector or a handler, if utilruntime.ReallyCrash is unset so that the
// program goes on.
const afterPanic = time.Second

// Run keeps the store up to date and calls the handlers until ctx ends. Then it waits for the calls in progress to
// return. A call of Run during another returns ErrStarted. After Run has returned, it may be called again: the new run
// begins at the version where the last one ended, and handlers get the changes since then.
func (i *Informer[T]) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	run, err := i.start(ctx)
	if err != nil {
		return err
	}
	stopSharding := func() {}
	if i.sharding != nil {
		stopSharding = i.sharding.begin(run)
	}
	i.startListeners(ctx)
	orderly := false
	defer func() {
		i.stopListeners(orderly)
		stopSharding() // no handler is called any more
	}()

	var own sync.WaitGroup
	if i.sharding != nil {
		own.Go(func() { wait.UntilWithContext(ctx, func(ctx context.Context) { i.sharding.run(ctx, run) }, afterPanic) })
	}
	follow := func(n int) { wait.UntilWithContext(ctx, run.reflectors[n].Run, afterPanic) }
	for n := range run.reflectors[1:] {
		own.Go(func() { follow(n + 1) })
	}
	if i.inline != nil {
		own.Go(func() { follow(0) })
		context.AfterFunc(ctx, i.inline.pause)
		i.inline.run(i.inline.logsTo(ctx))
	} else {
		follow(0)
	}
	own.Wait()
	orderly = true
	return nil
}

// start makes the reflectors and followers of a run and changes the state to running.
func (i *Informer[T]) start(ctx context.Context) (*run[T], error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.state == running {
		return nil, fmt.Errorf("%w: it runs", ErrStarted)
	}
	i.renew()
	i.state, i.renewed = running, false
	scopes := i.opts.Scopes()
	run := &run[T]{informer: i, reached: i.store.Version(), logger: klog.FromContext(ctx), transform: i.transform}
	if i.sharding != nil {
		run.transform = i.sharding.prepare(run.transform)
	}
	i.reflectors = make([]*Reflector[T], len(scopes))
	for n, scope := range scopes {
		follows := &follower[T]{run: run, contains: scope.Contains}
		if before, ok := i.followed[scope.Name]; ok {
			follows.version = before.version
		}
		i.followed[scope.Name] = follows
		run.followers = append(run.followers, follows)
		opts := i.reflectorOptions(scope)
		opts.Sink, opts.Prepare, opts.Version = follows, run.prepare, follows.version
		if i.sharding != nil {
			opts.shards = follows
		}
		opts.ResyncPeriod = 0
		if n == 0 {
			// A resync covers the whole store, so one reflector is enough.
			opts.ResyncPeriod = i.checkEvery
		}
		i.reflectors[n] = NewReflector(opts)
	}
	if len(scopes) > 1 {
		for _, follows := range run.followers {
			follows.shares()
		}
	}
	run.reflectors = i.reflectors
	return run, nil
}

// Renew prepares an informer that has stopped, or whose context has ended, for another run: Synced returns an open channel
// again, and AddHandler succeeds. If the last run has not returned yet, it does not close Synced any more. On an informer
// that has never run, Renew does nothing.
func (i *Informer[T]) Renew() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.renew()
}

// renew is Renew for a caller that holds mu.
func (i *Informer[T]) renew() {
	if i.state == fresh {
		return
	}
	i.renewed = true
	select {
	case <-i.synced:
		i.synced = make(chan struct{})
	default:
	}
}

// reflectorOptions returns the options of the reflector of a scope, without those that differ from run to run.
func (i *Informer[T]) reflectorOptions(scope Scope[T]) ReflectorOptions[T] {
	opts := i.opts.Options
	if i.transform != nil {
		opts.SharedValues = nil // a transform may change objects
	}
	if scope.Name != "" {
		opts.Name += " in " + scope.Name
	}
	return ReflectorOptions[T]{Options: opts, Source: scope.Source, Key: i.opts.Key, ShouldResync: i.resyncDue}
}
