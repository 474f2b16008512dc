package controller

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller/internal/unseen"
	"github.com/typewright/typewright/runtime/rest"
)

// gate holds keys until the caches have what their last reconcile has written.
type gate struct {
	maxWait   time.Duration
	observe   func(waited time.Duration, timedOut bool)
	informers func() []cache.SharedInformer
	held      chan struct{} // has an element when a key was held since run looked

	mu     sync.Mutex
	keys   map[cache.ObjectName]*entry
	counts WriteCounts
}

// entry is what a key has written and the caches have not seen.
type entry struct {
	writes   unseen.Writes
	deadline time.Time // after which it is reconciled all the same
	since    time.Time // when it was first asked for; zero while it is not held
	priority int
}

func newGate(maxWait time.Duration, observe func(time.Duration, bool), informers func() []cache.SharedInformer) *gate {
	return &gate{
		maxWait: maxWait, observe: observe, informers: informers, held: make(chan struct{}, 1),
		keys: map[cache.ObjectName]*entry{}, counts: WriteCounts{Unfollowed: map[schema.GroupResource]uint64{}},
	}
}

// begin lets go of the keys that a former run held, whose queue is gone. What they have written stays.
func (g *gate) begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, u := range g.keys {
		u.since = time.Time{}
	}
}

// note notes a write of a key.
func (g *gate) note(key cache.ObjectName, w rest.Write) {
	resource := w.Resource.GroupResource()
	followed := len(unseen.Followers(g.informers(), resource, w.Namespace)) > 0
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counts.Noted++
	if !followed {
		g.counts.Unfollowed[resource]++
		return
	}
	if g.maxWait < 0 {
		return
	}
	u := g.keys[key]
	if u == nil {
		u = &entry{writes: unseen.Writes{}}
		g.keys[key] = u
	}
	u.deadline = time.Now().Add(g.maxWait)
	u.writes.Add(w)
}

// settle asks the server about the writes of a key whose effect is not known, until the key's time is over.
func (g *gate) settle(ctx context.Context, key cache.ObjectName) error {
	for of, w := range g.unknown(key) {
		settled, err := w.Settle(ctx)
		if err != nil {
			return fmt.Errorf("%s %s: %w", of.Resource, of.Key, err)
		}
		g.mu.Lock()
		if u := g.keys[key]; u != nil {
			u.writes.Settled(of, settled)
		}
		g.mu.Unlock()
	}
	return nil
}

func (g *gate) unknown(key cache.ObjectName) unseen.Writes {
	g.mu.Lock()
	defer g.mu.Unlock()
	u := g.keys[key]
	if u == nil || !time.Now().Before(u.deadline) {
		return nil
	}
	return u.writes.Unknown()
}

// holds reports whether a key has to wait. Run asks for it when it need not wait any more.
func (g *gate) holds(ctx context.Context, key cache.ObjectName, priority int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	u := g.keys[key]
	if u == nil {
		return false
	}
	now := time.Now()
	seen := g.seen(u)
	if seen || !now.Before(u.deadline) {
		delete(g.keys, key)
		g.passed(ctx, key, u, now, !seen)
		return false
	}
	if u.since.IsZero() {
		u.since, u.priority = now, priority
		g.counts.Held++
	}
	u.priority = max(u.priority, priority)
	select {
	case g.held <- struct{}{}:
	default:
	}
	return true
}

// passed counts a key that goes on.
func (g *gate) passed(ctx context.Context, key cache.ObjectName, u *entry, now time.Time, timedOut bool) {
	waited := time.Duration(0)
	if !u.since.IsZero() {
		waited = now.Sub(u.since)
		g.counts.LongestWait = max(g.counts.LongestWait, waited)
	}
	if timedOut {
		g.counts.TimedOut++
		klog.FromContext(ctx).Error(nil, "Reconciling with a cache that has not seen the last writes",
			"key", key.String(), "waited", waited, "writes", u.writes.Describe())
	}
	if timedOut || waited > 0 {
		g.observe(waited, timedOut)
	}
}

// run calls release for each key that was held and need not wait any more, until ctx ends.
func (g *gate) run(ctx context.Context, release func(key cache.ObjectName, priority int)) {
	for ctx.Err() == nil {
		cases := []reflect.SelectCase{receive(ctx.Done()), receive(g.held)}
		var releases []func()
		for _, informer := range g.informers() {
			changes, stop := cache.Changes(informer)
			releases = append(releases, stop)
			cases = append(cases, receive(changes))
		}
		next, waiting := g.free(release)
		if waiting {
			timer := time.NewTimer(time.Until(next))
			releases = append(releases, func() { timer.Stop() })
			cases = append(cases, receive(timer.C))
		} else {
			cases = cases[:2] // nothing depends on the informers
		}
		reflect.Select(cases)
		for _, stop := range releases {
			stop()
		}
	}
}

func receive(channel any) reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(channel)}
}

// free releases the held keys that need not wait any more, and returns the next deadline of the others.
func (g *gate) free(release func(cache.ObjectName, int)) (next time.Time, waiting bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	for key, u := range g.keys {
		switch {
		case u.since.IsZero():
		case !now.Before(u.deadline) || g.seen(u):
			release(key, u.priority) // whose worker asks holds again
		case !waiting || u.deadline.Before(next):
			next, waiting = u.deadline, true
		}
	}
	return next, waiting
}

// seen removes what the caches have seen and reports whether nothing is left.
func (g *gate) seen(u *entry) bool {
	g.counts.Incomparable += u.writes.Forget(g.informers())
	return len(u.writes) == 0
}

// waiting returns the keys that are held, the longest first.
func (g *gate) waiting() (waiting []Waiting, counts WriteCounts) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for key, u := range g.keys {
		if !u.since.IsZero() {
			waiting = append(waiting, Waiting{Key: key, Since: u.since, Deadline: u.deadline, Writes: slices.Collect(maps.Values(u.writes))})
		}
	}
	slices.SortFunc(waiting, func(a, b Waiting) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Key.String(), b.Key.String()))
	})
	counts = g.counts
	counts.Unfollowed = maps.Clone(g.counts.Unfollowed)
	return waiting, counts
}
