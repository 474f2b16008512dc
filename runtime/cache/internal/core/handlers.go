package core

import (
	"context"
	"errors"
	"sync"
	"time"
)

// minimumResync is the shortest time between two resyncs.
const minimumResync = time.Second

// ErrStopped is returned for what a stopped informer can no longer do.
var ErrStopped = errors.New("handler was not added to shared informer because it has stopped already")

// AddHandler adds a handler. One that is added while the informer runs is first called with everything in the store. A
// nil period means that of the informer; zero means no resync. An informer without a period of its own has no resyncs,
// whatever its handlers ask for. Once it runs, the periods cannot become shorter than the shortest there was.
func (i *Informer[T]) AddHandler(handler Handler[T], period *time.Duration) (*Listener[T], error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.stopped {
		return nil, ErrStopped
	}
	l := newListener(handler, i.resyncPeriod(period), i.opts.Clock.Now())

	i.events.Lock()
	defer i.events.Unlock()
	i.listeners[l] = struct{}{}
	if i.ctx == nil {
		return l, nil
	}
	for obj := range i.store.All() {
		l.push(notification[T]{kind: added, obj: obj, initial: true})
	}
	if i.caughtUp {
		l.push(notification[T]{kind: caughtUp})
	}
	i.running.Go(func() { l.run(i.ctx) })
	return l, nil
}

// resyncPeriod is the period that a handler gets; the caller holds the lock.
func (i *Informer[T]) resyncPeriod(asked *time.Duration) time.Duration {
	if asked == nil {
		return i.opts.ResyncPeriod
	}
	period := *asked
	if period <= 0 {
		return 0
	}
	period = max(period, minimumResync)
	switch {
	case period >= i.checkEvery:
	case i.started:
		period = i.checkEvery
	default:
		i.checkEvery = period
	}
	return period
}

// RemoveHandler removes a handler: it is called no more once the call that may be in progress has ended. Removing one
// twice is no error.
func (i *Informer[T]) RemoveHandler(l *Listener[T]) error {
	i.events.Lock()
	defer i.events.Unlock()
	delete(i.listeners, l)
	l.close()
	return nil
}

// resyncDue notes which handlers are due and reports whether there are any.
func (i *Informer[T]) resyncDue() bool {
	i.events.Lock()
	defer i.events.Unlock()
	now, due := i.opts.Clock.Now(), false
	for l := range i.listeners {
		l.resyncing = l.period > 0 && !now.Before(l.due)
		if l.resyncing {
			due = true
			l.due = now.Add(l.period)
		}
	}
	return due
}

// startListeners starts the handlers that are there; those that come are started by AddHandler.
func (i *Informer[T]) startListeners(ctx context.Context, running *sync.WaitGroup) {
	i.events.Lock()
	defer i.events.Unlock()
	i.ctx, i.running = ctx, running
	for l := range i.listeners {
		running.Go(func() { l.run(ctx) })
	}
}

// stopListeners ends all handlers and waits for the calls in progress.
func (i *Informer[T]) stopListeners() {
	i.mu.Lock()
	i.stopped = true
	i.mu.Unlock()
	i.events.Lock()
	running := i.running
	i.ctx = nil
	for l := range i.listeners {
		l.close()
	}
	i.events.Unlock()
	running.Wait()
}
