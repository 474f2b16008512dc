package controller

import (
	"context"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/shard"
	"github.com/typewright/typewright/runtime/workqueue"
)

// Shards are the objects that this process holds while others hold the others: *sharding.Membership.
type Shards interface {
	cache.Shards
	BeginHash(ctx context.Context, hash uint64) (handling context.Context, done func(), ok bool)
}

// hash is the hash by which an object belongs to a process.
func (c *Controller[T]) hash(obj metav1.Object) uint64 {
	return shard.HashOf(c.opts.Shards.Field(), string(obj.GetUID()), obj.GetNamespace())
}

// hold asks to work on a key. If ok is false, the process does not hold its object now, or there is no such object.
func (c *Controller[T]) hold(ctx context.Context, key cache.ObjectName) (held task, ok bool) {
	held = task{Context: ctx, done: func() {}}
	if c.opts.Shards == nil {
		return held, true
	}
	obj, exists, err := c.opts.For.GetStore().GetByKey(key.String())
	if err == nil && exists {
		held.hash, ok = c.hash(obj.(T)), true //nolint:forcetypeassert // the informer's type
	} else {
		held.hash, ok = c.gone(key)
	}
	if ok {
		held.Context, held.done, ok = c.opts.Shards.BeginHash(ctx, held.hash)
	}
	if !ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.counts.NotHeld++
		delete(c.deleted, key)
	}
	return held, ok
}

// task is work on a key.
type task struct {
	context.Context

	hash uint64
	done func()
}

// isOf reports whether the object that the cache has of the key now belongs where the one did for which the work has begun: another may
// have taken its name.
func (c *Controller[T]) isOf(held task, obj T, exists bool, key cache.ObjectName) bool {
	switch {
	case c.opts.Shards == nil:
		return true
	case exists:
		return c.hash(obj) == held.hash
	}
	hash, ok := c.gone(key)
	return ok && hash == held.hash
}

// gone is the hash of an object that the informer has seen deleted, and that Gone was not called for yet.
func (c *Controller[T]) gone(key cache.ObjectName) (hash uint64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hash, ok = c.deleted[key]
	return hash, ok
}

// noteDeleted notes where an object belonged that is to be told to Gone.
func (c *Controller[T]) noteDeleted(obj metav1.Object) {
	if c.opts.Shards == nil || c.opts.Gone == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deleted[cache.MetaObjectToName(obj)] = c.hash(obj)
}

func (c *Controller[T]) forgetDeleted(key cache.ObjectName) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.deleted, key)
}

// followShards has objects reconciled that the process has gained. An informer with the same Shards adds them by itself; one that has
// all objects has them already.
func (c *Controller[T]) followShards(q queue) (stop func()) {
	if c.opts.Shards == nil {
		return func() {}
	}
	status, _ := cache.StatusOf(c.opts.For)
	whole, ended := status.Shards == nil, false // c.mu guards ended
	var adding sync.WaitGroup
	_, unfollow := c.opts.Shards.Follow(func(gained, lost shard.Set, released func()) {
		defer released() // what is in flight holds its object by itself
		c.mu.Lock()
		defer c.mu.Unlock()
		for key, hash := range c.deleted {
			if lost.Contains(hash) {
				delete(c.deleted, key)
			}
		}
		if whole && !gained.Empty() && !ended {
			adding.Go(func() { c.addGained(q, gained) })
		}
	})
	return func() {
		unfollow()
		c.mu.Lock()
		ended = true
		c.mu.Unlock()
		adding.Wait()
	}
}

func (c *Controller[T]) addGained(q queue, gained shard.Set) {
	for _, obj := range c.opts.For.GetStore().List() {
		if obj, ok := obj.(metav1.Object); ok && gained.Contains(c.hash(obj)) {
			q.AddWithOptions(workqueue.AddOptions{Priority: workqueue.LowPriority}, cache.MetaObjectToName(obj))
		}
	}
}
