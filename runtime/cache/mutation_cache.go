package cache

import (
	"errors"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilcache "k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"
)

// MutationCache is a Store seen through one's own writes: an object that a write returned is handed out until the store
// has it or a later state. It compares resource versions, which must be those of one server and resource. What it keeps
// is bounded in number and age, so that it may forget a write, and the store's older state shows again. It is safe for
// concurrent use.
//
// To wait for one's own writes instead, see [WaitForObject].
type MutationCache interface {
	// GetByKey returns the later of the store's state and that of the last write.
	GetByKey(key string) (interface{}, bool, error)
	// ByIndex is GetByKey for the objects under one value of an index; an error without an indexer. An object is found by
	// the state that the store has of it; with IncludeAdds also by that of a write which the store has not seen.
	ByIndex(indexName, indexKey string) ([]interface{}, error)
	// Mutation notes what a write returned. One that is older than another, or whose object is known to be gone, is left
	// out.
	Mutation(obj interface{})
	// OnAddOrUpdate tells what the store has seen, which may make writes obsolete: to be called by an informer's handler.
	OnAddOrUpdate(obj runtime.Object)
	// OnDelete tells that the store has seen a deletion: to be called by an informer's handler.
	OnDelete(obj runtime.Object)
}

// ResourceVersionComparator compares two states of a resource by age: negative where lhs is older, zero where they are
// the same, positive where it is newer.
type ResourceVersionComparator interface {
	CompareResourceVersion(lhs, rhs runtime.Object) int
}

// MutationCacheOptions are the options of NewIntegerResourceVersionMutationCacheWithOptions. The zero value is useful.
type MutationCacheOptions struct {
	// Indexer is for ByIndex; may be nil.
	Indexer Indexer
	// TTL is how long a write is kept; zero means five minutes.
	TTL time.Duration
	// IncludeAdds hands out objects that are not in the store: those it has not seen yet, and, until OnDelete tells or TTL
	// ends, those it has seen the end of.
	IncludeAdds bool
	// MaxCacheSize is how many writes are kept, the latest used; zero means 100.
	MaxCacheSize int
}

// NewIntegerResourceVersionMutationCache is NewIntegerResourceVersionMutationCacheWithOptions for 100 writes.
func NewIntegerResourceVersionMutationCache(logger klog.Logger, backingCache Store, indexer Indexer, ttl time.Duration, includeAdds bool) MutationCache {
	return NewIntegerResourceVersionMutationCacheWithOptions(logger, backingCache, MutationCacheOptions{
		Indexer: indexer, TTL: ttl, IncludeAdds: includeAdds,
	})
}

// NewIntegerResourceVersionMutationCacheWithOptions returns a MutationCache over a store of objects whose resource
// versions are integers that grow, as those of Kubernetes are.
func NewIntegerResourceVersionMutationCacheWithOptions(logger klog.Logger, backingCache Store, options MutationCacheOptions) MutationCache {
	if options.TTL == 0 {
		options.TTL = 5 * time.Minute
	}
	if options.MaxCacheSize == 0 {
		options.MaxCacheSize = 100
	}
	return &mutationCache{
		store:      backingCache,
		options:    options,
		writes:     utilcache.NewLRUExpireCache(options.MaxCacheSize),
		comparator: integerVersions{},
		logger:     logger,
	}
}

// integerVersions compares resource versions as integers of any length. One that is none is older than every other.
type integerVersions struct{}

func (integerVersions) CompareResourceVersion(lhs, rhs runtime.Object) int {
	l, r := versionOf(lhs), versionOf(rhs)
	order, err := resourceversion.CompareResourceVersion(l, r)
	if err == nil {
		return order
	}
	valid := func(version string) int {
		if _, err := resourceversion.CompareResourceVersion(version, version); err != nil {
			return 0
		}
		return 1
	}
	return valid(l) - valid(r)
}

// gone stands for an object that the store has seen the end of, among the writes.
type gone struct{ metav1.PartialObjectMetadata }

type mutationCache struct {
	store      Store
	options    MutationCacheOptions
	comparator ResourceVersionComparator
	logger     klog.Logger

	mu     sync.Mutex
	writes *utilcache.LRUExpireCache
}

func (c *mutationCache) GetByKey(key string) (interface{}, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	stored, exists, err := c.store.GetByKey(key)
	if err != nil {
		return nil, false, err
	}
	if exists {
		return c.later(key, stored), true, nil
	}
	written, known := c.writes.Get(key)
	if _, isGone := written.(*gone); !known || isGone || !c.options.IncludeAdds {
		return nil, false, nil
	}
	return written, true, nil
}

// later returns the later of what is stored and what was written; a write that is not later is forgotten.
func (c *mutationCache) later(key string, stored interface{}) interface{} {
	written, ok := c.written(key)
	object, isObject := stored.(runtime.Object)
	if !ok || !isObject {
		return stored
	}
	if c.comparator.CompareResourceVersion(object, written) >= 0 {
		c.writes.Remove(key)
		return stored
	}
	if _, isGone := written.(*gone); isGone {
		return stored
	}
	return written
}

// written returns the last write under a key, or its end.
func (c *mutationCache) written(key string) (runtime.Object, bool) {
	item, _ := c.writes.Get(key)
	obj, ok := item.(runtime.Object)
	return obj, ok
}

var errNoIndexer = errors.New("the mutation cache has no indexer")

func (c *mutationCache) ByIndex(indexName, indexKey string) ([]interface{}, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.options.Indexer == nil {
		return nil, errNoIndexer
	}
	keys, err := c.options.Indexer.IndexKeys(indexName, indexKey)
	if err != nil {
		return nil, err
	}
	var found []interface{}
	var known []string // a key whose object has gone since the index was asked says nothing of a write under it
	for _, key := range keys {
		stored, exists, err := c.options.Indexer.GetByKey(key)
		if err != nil {
			return nil, err
		}
		if exists {
			found, known = append(found, c.later(key, stored)), append(known, key)
		}
	}
	if !c.options.IncludeAdds {
		return found, nil
	}
	return append(found, c.writesUnder(indexName, indexKey, known)...), nil
}

// writesUnder returns the writes under one value of an index, but for those of the keys that were found already.
func (c *mutationCache) writesUnder(indexName, indexKey string, known []string) []interface{} {
	valuesOf := c.options.Indexer.GetIndexers()[indexName]
	var found []interface{}
	for _, item := range c.writes.Keys() {
		key, _ := item.(string)
		written, ok := c.writes.Get(key)
		if _, isGone := written.(*gone); !ok || isGone || slices.Contains(known, key) {
			continue
		}
		values, err := valuesOf(written)
		if err != nil {
			c.logger.V(4).Info("A write could not be indexed", "key", key, "index", indexName, "err", err)
			continue
		}
		if slices.Contains(values, indexKey) {
			found = append(found, written)
		}
	}
	return found
}

// keyOf returns the key of an object, and logs where it has none: a MutationCache only ever improves on its store.
func (c *mutationCache) keyOf(obj interface{}) (string, bool) {
	key, err := DeletionHandlingMetaNamespaceKeyFunc(obj)
	if err != nil {
		utilruntime.HandleErrorWithLogger(c.logger, err, "An object without a key cannot be remembered")
	}
	return key, err == nil
}

func (c *mutationCache) Mutation(obj interface{}) {
	key, ok := c.keyOf(obj)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if object, isObject := obj.(runtime.Object); isObject && c.outdated(key, object) {
		return
	}
	c.writes.Add(key, obj, c.options.TTL)
}

// outdated reports whether a later write is known, or the end of the object.
func (c *mutationCache) outdated(key string, obj runtime.Object) bool {
	known, ok := c.written(key)
	if !ok {
		return false
	}
	order := c.comparator.CompareResourceVersion(obj, known)
	end, isGone := known.(*gone)
	if order < 0 || !isGone {
		return order < 0
	}
	accessor, err := meta.Accessor(obj)
	return order == 0 || err == nil && accessor.GetUID() == end.UID
}

func (c *mutationCache) OnAddOrUpdate(obj runtime.Object) {
	key, ok := c.keyOf(obj)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.written(key); ok && c.comparator.CompareResourceVersion(obj, known) >= 0 {
		c.writes.Remove(key)
	}
}

func (c *mutationCache) OnDelete(obj runtime.Object) {
	key, ok := c.keyOf(obj)
	accessor, err := meta.Accessor(obj)
	if !ok || err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.written(key); ok && c.comparator.CompareResourceVersion(obj, known) < 0 {
		// A later write: of the same object, which is gone, or of another of that name, which may be there.
		if other, err := meta.Accessor(known); err != nil || other.GetUID() != accessor.GetUID() {
			return
		}
	}
	end := &gone{}
	end.Namespace, end.Name, end.UID, end.ResourceVersion = accessor.GetNamespace(), accessor.GetName(), accessor.GetUID(), accessor.GetResourceVersion()
	c.writes.Add(key, end, c.options.TTL)
}
