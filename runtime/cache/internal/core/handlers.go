package core

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// minimumResync is the shortest time between two resyncs.
const minimumResync = time.Second

// ErrStopped is returned for what a stopped informer can no longer do.
var ErrStopped = errors.New("handler was not added to shared informer because it has stopped already")

// AddHandler adds a handler. Once the informer has run, it is first called with everything in the store. An informer
// without a resync period of its own has no resyncs, whatever its handlers ask for. While it runs, the periods cannot
// become shorter than the shortest there was.
func (i *Informer[T]) AddHandler(handler Handler[T], opts HandlerOptions) (*Listener[T], error) {
	i.events.Lock()
	defer i.events.Unlock()
	l, stored, err := i.newListener(handler, opts)
	if err != nil {
		return nil, err
	}
	now := i.opts.Clock.Now()
	if stored {
		all := i.allStored(now)
		for _, n := range all {
			n.initial = true
		}
		l.push(all...)
	}
	i.roster.Lock()
	i.listeners[l] = struct{}{}
	i.roster.Unlock()
	if i.ctx == nil {
		return l, nil
	}
	if i.caughtUp {
		l.push(&notification[T]{kind: caughtUp, at: now})
	}
	i.call(l)
	return l, nil
}

// allStored are additions that tell of everything that is stored. The store is not locked any more when it returns: nobody
// who reads waits for those who are told.
func (i *Informer[T]) allStored(now time.Time) []*notification[T] {
	var some room[T]
	toCome := i.store.Len()
	events := make([]*notification[T], 0, toCome)
	i.store.each(func(key string, obj T) {
		n := some.next(toCome - len(events))
		*n = notification[T]{kind: added, key: key, obj: obj, hasObject: true, at: now}
		events = append(events, n)
	})
	return events
}

// newListener returns a handler with its queue, and whether it is to be told of what is stored.
func (i *Informer[T]) newListener(handler Handler[T], opts HandlerOptions) (l *Listener[T], stored bool, _ error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.state == stopped && !i.renewed {
		return nil, false, ErrStopped
	}
	return newListener(handler, opts, i.resyncPeriod(opts), i.opts.Clock), i.state != fresh, nil
}

// call begins to call a handler; the events lock is held.
func (i *Informer[T]) call(l *Listener[T]) {
	l.start()
	if l.opts.Inline {
		i.inline = l
		return
	}
	ctx := i.ctx
	i.calls.Go(func() { l.run(ctx) })
}

// resyncPeriod is the period that a handler gets; the caller holds mu.
func (i *Informer[T]) resyncPeriod(opts HandlerOptions) time.Duration {
	if opts.Period == nil {
		return i.opts.ResyncPeriod
	}
	if *opts.Period <= 0 {
		return 0
	}
	if i.checkEvery == 0 {
		opts.logger().Info("The informer has no resync period, so its handler gets no resyncs",
			"informer", i.opts.Name, "handler", opts.Name, "asked", *opts.Period)
		return 0
	}
	period := max(*opts.Period, minimumResync)
	switch {
	case period >= i.checkEvery:
	case i.state == running:
		period = i.checkEvery
	default:
		i.checkEvery = period
	}
	if period != *opts.Period {
		opts.logger().Info("A handler's resyncs come less often than it asked for",
			"informer", i.opts.Name, "handler", opts.Name, "asked", *opts.Period, "period", period)
	}
	return period
}

// RemoveHandler removes a handler: it is called no more once the call that may be in progress has ended, which closes
// the channel. Removing one twice is no error.
func (i *Informer[T]) RemoveHandler(l *Listener[T]) <-chan struct{} {
	i.events.Lock()
	defer i.events.Unlock()
	i.roster.Lock()
	defer i.roster.Unlock()
	delete(i.listeners, l)
	return l.close()
}

// Handlers returns how far each handler is behind, by name.
func (i *Informer[T]) Handlers() []HandlerStatus {
	i.roster.Lock()
	defer i.roster.Unlock()
	statuses := make([]HandlerStatus, 0, len(i.listeners))
	for l := range i.listeners {
		statuses = append(statuses, l.Status())
	}
	slices.SortFunc(statuses, func(a, b HandlerStatus) int { return strings.Compare(a.Name, b.Name) })
	return statuses
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
func (i *Informer[T]) startListeners(ctx context.Context) {
	i.events.Lock()
	defer i.events.Unlock()
	i.ctx, i.calls, i.caughtUp = ctx, &sync.WaitGroup{}, false
	for l := range i.listeners {
		i.call(l)
	}
}

// stopListeners ends the calls of all handlers and waits for those in progress, but for a run that a panic has ended: it
// must not wait for a handler that may never return. What handlers have not been called with waits for another run.
func (i *Informer[T]) stopListeners(orderly bool) {
	i.mu.Lock()
	i.state = stopped
	i.mu.Unlock()
	i.events.Lock()
	calls := i.calls
	i.ctx = nil
	for l := range i.listeners {
		l.pause()
	}
	i.events.Unlock()
	if orderly {
		calls.Wait()
	}
}
