// Package gate holds the keys of a controller until the caches have what their last reconcile has written.
package gate

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

// Options are the options of a gate.
type Options struct {
	// MaxWait bounds how long a key waits after its last write. A negative value turns the wait off.
	MaxWait time.Duration
	// Observe is called for each key that has waited, and for each whose time was over. It must not call the gate.
	Observe func(waited time.Duration, timedOut bool)
	// Informers returns those that a reconcile may read.
	Informers func() []cache.SharedInformer
}

// Gate holds keys until the caches have what their last reconcile has written. It is safe for concurrent use.
type Gate struct {
	opts Options
	held chan struct{} // has an element when a key was held since Run looked

	mu     sync.Mutex
	keys   map[cache.ObjectName]*entry
	counts Counts
}

// Waiting is a key that is held: see the type of this name in package controller.
type Waiting struct {
	Key             cache.ObjectName
	Since, Deadline time.Time
	Writes          []rest.Write
}

// Counts count writes and waits: see WriteCounts in package controller.
type Counts struct {
	Noted          uint64
	Unfollowed     map[schema.GroupResource]uint64
	Incomparable   uint64
	Held, TimedOut uint64
	LongestWait    time.Duration
}

// entry is what a key has written and the caches have not seen.
type entry struct {
	writes   unseen.Writes
	deadline time.Time // after which it is reconciled all the same
	since    time.Time // when it was first asked for; zero while it is not held
	priority int
}

// New returns a gate that holds nothing.
func New(opts Options) *Gate {
	return &Gate{
		opts: opts, held: make(chan struct{}, 1),
		keys: map[cache.ObjectName]*entry{}, counts: Counts{Unfollowed: map[schema.GroupResource]uint64{}},
	}
}

// Begin lets go of the keys that a former run held, whose queue is gone. What they have written stays.
func (g *Gate) Begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, u := range g.keys {
		u.since = time.Time{}
	}
}

// Note notes a write of a key.
func (g *Gate) Note(key cache.ObjectName, w rest.Write) {
	resource := w.Resource.GroupResource()
	followed := len(unseen.Followers(g.opts.Informers(), resource, w.Namespace)) > 0
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counts.Noted++
	if !followed {
		g.counts.Unfollowed[resource]++
		return
	}
	if g.opts.MaxWait < 0 {
		return
	}
	u := g.keys[key]
	if u == nil {
		u = &entry{writes: unseen.Writes{}}
		g.keys[key] = u
	}
	u.deadline = time.Now().Add(g.opts.MaxWait)
	u.writes.Add(w)
}

// Settle asks the server about the writes of a key whose effect is not known, until the key's time is over.
func (g *Gate) Settle(ctx context.Context, key cache.ObjectName) error {
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

func (g *Gate) unknown(key cache.ObjectName) unseen.Writes {
	g.mu.Lock()
	defer g.mu.Unlock()
	u := g.keys[key]
	if u == nil || !time.Now().Before(u.deadline) {
		return nil
	}
	return u.writes.Unknown()
}

// Holds reports whether a key has to wait. Run asks for it when it need not wait any more.
func (g *Gate) Holds(ctx context.Context, key cache.ObjectName, priority int) bool {
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
func (g *Gate) passed(ctx context.Context, key cache.ObjectName, u *entry, now time.Time, timedOut bool) {
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
		g.opts.Observe(waited, timedOut)
	}
}

// Run calls release for each key that was held and need not wait any more, until ctx ends.
func (g *Gate) Run(ctx context.Context, release func(key cache.ObjectName, priority int)) {
	for ctx.Err() == nil {
		cases := []reflect.SelectCase{receive(ctx.Done()), receive(g.held)}
		var releases []func()
		for _, informer := range g.opts.Informers() {
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
func (g *Gate) free(release func(cache.ObjectName, int)) (next time.Time, waiting bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	for key, u := range g.keys {
		switch {
		case u.since.IsZero():
		case !now.Before(u.deadline) || g.seen(u):
			release(key, u.priority) // whose worker asks Holds again
		case !waiting || u.deadline.Before(next):
			next, waiting = u.deadline, true
		}
	}
	return next, waiting
}

// seen removes what the caches have seen and reports whether nothing is left.
func (g *Gate) seen(u *entry) bool {
	g.counts.Incomparable += u.writes.Forget(g.opts.Informers())
	return len(u.writes) == 0
}

// Waiting returns the keys that are held, the longest first.
func (g *Gate) Waiting() (waiting []Waiting, counts Counts) {
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
