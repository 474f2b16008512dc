package controller_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/internal/shard"
)

// fakeShards are the shards of a controller. Tests change which hashes they hold.
type fakeShards struct {
	field string

	mu        sync.Mutex
	set       shard.Set
	followers []func(gained, lost shard.Set, released func())
	flights   int
	end       context.CancelFunc // of the last work
}

func (h *fakeShards) Field() string { return h.field }

func (h *fakeShards) Follow(changed func(gained, lost shard.Set, released func())) (shard.Set, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.followers = append(h.followers, changed)
	return h.set, func() {}
}

func (h *fakeShards) Enter(hash uint64) (func(), bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return func() {}, h.set.Contains(hash)
}

func (h *fakeShards) BeginHash(ctx context.Context, hash uint64) (context.Context, func(), bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.set.Contains(hash) {
		return nil, nil, false
	}
	h.flights++
	ctx, h.end = context.WithCancel(ctx)
	return ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.flights--
	}, true
}

// inFlight is how much work has begun and not ended.
func (h *fakeShards) inFlight() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.flights
}

// hold sets the hashes that the shards hold.
func (h *fakeShards) hold(set shard.Set) {
	h.mu.Lock()
	gained, lost := set.Minus(h.set), h.set.Minus(set)
	h.set = set
	followers := h.followers
	h.mu.Unlock()
	for _, changed := range followers {
		changed(gained, lost, func() {})
	}
}

// parts is the hashes of the parents a of namespaces.
func parts(w *world, namespaces ...string) (set shard.Set) {
	w.t.Helper()
	for _, namespace := range namespaces {
		p, err := w.parents(namespace).Get(w.t.Context(), "a", metav1.GetOptions{})
		require.NoError(w.t, err)
		shard.Insert(&set, shard.Slot(shard.Hash(string(p.UID))))
	}
	return set
}

// reconciled records the keys that were reconciled, or passed to Gone.
type reconciled struct {
	mu   sync.Mutex
	keys []string
}

func (r *reconciled) add(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = append(r.keys, what)
}

func (r *reconciled) take() []string {
	time.Sleep(time.Second)
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	keys := slices.Compact(slices.Sorted(slices.Values(r.keys)))
	r.keys = nil
	return keys
}

// A controller reconciles only objects of its shards, whether its informer has only those or all objects.
func TestShards(t *testing.T) {
	for _, whole := range []bool{false, true} {
		t.Run(fmt.Sprintf("informer of all: %t", whole), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, h, r := newWorld(t), &fakeShards{field: shard.ByUID}, &reconciled{}
				for _, namespace := range []string{"ns0", "ns1", "ns2"} {
					w.createParent(namespace, "a")
				}
				h.set = parts(w, "ns0")
				if !whole {
					w.Options.Shards = h
				}
				c := newController(t, w, func(_ context.Context, p *corev1.ConfigMap) (controller.Result, error) {
					r.add(p.Namespace)
					return controller.Result{}, nil
				}, controller.Options[*corev1.ConfigMap]{Shards: h, Gone: func(_ context.Context, key cache.ObjectName) (controller.Result, error) {
					r.add("gone " + key.Namespace)
					return controller.Result{}, nil
				}})
				stop := w.start()
				end := run(t, c)
				assert.Equal(t, []string{"ns0"}, r.take())
				h.hold(parts(w, "ns0", "ns2"))
				assert.Equal(t, []string{"ns2"}, r.take())
				h.hold(parts(w, "ns2"))
				assert.Empty(t, r.take())
				for _, namespace := range []string{"ns0", "ns1", "ns2"} {
					require.NoError(t, w.parents(namespace).Delete(t.Context(), "a", metav1.DeleteOptions{}))
				}
				assert.Equal(t, []string{"gone ns2"}, r.take(), "what left is not gone")
				assert.Zero(t, h.inFlight())
				end()
				stop()
			})
		})
	}
}

// A reconcile in progress holds its object until it returns, its context is that of the membership, and what fails because the object
// was lost is dropped.
func TestShardsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.createParent("ns0", "a")
		h := &fakeShards{field: shard.ByUID, set: parts(w, "ns0")}
		w.Options.Shards = h
		begun := make(chan struct{})
		c := newController(t, w, func(ctx context.Context, _ *corev1.ConfigMap) (controller.Result, error) {
			begun <- struct{}{}
			<-ctx.Done()
			return controller.Result{}, ctx.Err()
		}, controller.Options[*corev1.ConfigMap]{Shards: h})
		stop := w.start()
		end := run(t, c)
		<-begun
		assert.Equal(t, 1, h.inFlight())
		h.hold(shard.Set{})
		synctest.Wait()
		assert.Equal(t, 1, h.inFlight())
		h.end()
		time.Sleep(time.Minute)
		assert.Zero(t, h.inFlight())
		assert.EqualValues(t, 1, c.Status().Counts.Errors, "it is not tried again")
		assert.EqualValues(t, 1, c.Status().Counts.NotHeld)
		end()
		stop()
	})
}
