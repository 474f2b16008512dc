package core

import (
	"context"
	"fmt"
	"sync"
	"time"

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
	reflectors, err := i.start(ctx)
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
	if i.inline != nil {
		own.Go(func() { <-ctx.Done(); i.inline.pause() })
		i.inline.run(ctx)
	}
	own.Wait()
	orderly = true
	return nil
}

// start makes what a run needs.
func (i *Informer[T]) start(ctx context.Context) ([]*Reflector[T], error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.state == running {
		return nil, fmt.Errorf("%w: it runs", ErrStarted)
	}
	i.renew()
	i.state, i.renewed = running, false
	scopes := i.opts.Scopes()
	run := &run[T]{informer: i, reached: i.store.Version(), logger: klog.FromContext(ctx), transform: i.transform}
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
		opts.ResyncPeriod = 0
		if n == 0 {
			// Resyncs are of the whole store: one reflector sees to them.
			opts.ResyncPeriod = i.checkEvery
		}
		i.reflectors[n] = NewReflector(opts)
	}
	if len(scopes) > 1 {
		for _, follows := range run.followers {
			follows.shares()
		}
	}
	return i.reflectors, nil
}

// Renew prepares an informer that has stopped, or whose context has ended, for another run: it forgets that it had synced,
// and takes handlers. A run that is just ending does not sync any more.
func (i *Informer[T]) Renew() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.renew()
}

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

// reflectorOptions are the informer's options as the reflector of a scope has them.
func (i *Informer[T]) reflectorOptions(scope Scope[T]) ReflectorOptions[T] {
	opts := i.opts.Options
	if scope.Name != "" {
		opts.Name += " in " + scope.Name
	}
	return ReflectorOptions[T]{Options: opts, Source: scope.Source, Key: i.opts.Key, ShouldResync: i.resyncDue}
}
