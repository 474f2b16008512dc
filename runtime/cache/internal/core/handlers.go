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

// ErrStopped is the error for a handler that is added to a stopped informer.
var ErrStopped = errors.New("handler was not added to shared informer because it has stopped already")

// AddHandler adds a handler. If a run has begun, the handler is first called with every object in the store. It returns
// ErrStopped if the informer has stopped and Renew was not called.
//
// The handler's resync period has limits: an informer without a resync period has no resyncs at all, the shortest period
// is a second, and a handler that is added during a run cannot have a shorter period than the shortest one so far.
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

// allStored returns an addition for every object in the store. It makes them with the store locked, but the caller queues
// them after that, so readers of the store do not wait for the handlers' queues.
func (i *Informer[T]) allStored(now time.Time) []*notification[T] {
	var some chunks[T]
	toCome := i.store.Len()
	events := make([]*notification[T], 0, toCome)
	i.store.each(func(key string, obj T) {
		n := some.next(toCome - len(events))
		*n = notification[T]{kind: added, key: key, obj: obj, hasObject: true, at: now}
		events = append(events, n)
	})
	return events
}

// newListener returns a handler with its queue, and whether the handler must get the objects in the store first.
func (i *Informer[T]) newListener(handler Handler[T], opts HandlerOptions) (l *Listener[T], stored bool, _ error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.state == stopped && !i.renewed {
		return nil, false, ErrStopped
	}
	l = newListener(handler, opts, i.resyncPeriod(opts), i.opts.Clock)
	if i.sharding != nil {
		l.enter = i.sharding.enter
	}
	return l, i.state != fresh, nil
}

// call lets a handler be called, or sets inline. The caller holds the events lock.
func (i *Informer[T]) call(l *Listener[T]) {
	if l.opts.Inline {
		l.startInline()
		i.inline = l
		return
	}
	l.start(i.ctx, i.calls)
}

// resyncPeriod returns the resync period that a handler gets, and adjusts checkEvery to it. The caller holds mu.
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

// RemoveHandler removes a handler and drops its queue. The channel is closed once a call in progress, if any, has
// returned; the handler is not called after that. A handler may be removed twice.
func (i *Informer[T]) RemoveHandler(l *Listener[T]) <-chan struct{} {
	i.events.Lock()
	defer i.events.Unlock()
	i.roster.Lock()
	defer i.roster.Unlock()
	delete(i.listeners, l)
	ended := l.close()
	for _, h := range i.handOvers {
		h.finish(l)
	}
	return ended
}

// Handlers returns the status of each handler, sorted by name.
func (i *Informer[T]) Handlers() []HandlerStatus {
	i.roster.Lock()
	defer i.roster.Unlock()
	statuses := make([]HandlerStatus, 0, len(i.listeners))
	for l := range i.listeners {
		statuses = append(statuses, l.Status())
	}
	sortByName(statuses)
	return statuses
}

func sortByName(statuses []HandlerStatus) {
	slices.SortFunc(statuses, func(a, b HandlerStatus) int { return strings.Compare(a.Name, b.Name) })
}

// resyncDue marks the handlers whose resync is due, and reports whether there are any.
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

// startListeners starts to call the handlers. AddHandler does so for those that are added later.
func (i *Informer[T]) startListeners(ctx context.Context) {
	i.events.Lock()
	defer i.events.Unlock()
	i.ctx, i.calls, i.caughtUp = ctx, &sync.WaitGroup{}, false
	for l := range i.listeners {
		i.call(l)
	}
}

// stopListeners stops calling the handlers. Events in their queues remain for another run. If orderly is set, it waits for
// the calls in progress. After a panic of Run it must not, because a handler may never return.
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
