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

// MutationCache reads a Store with the caller's own writes on top: it returns the object that a write has returned until
// the store has this state or a later one. It compares resource versions, which must belong to one resource of one server.
// The number and age of the writes are limited. After it has dropped a write, it returns the store's older state again. It
// is safe for concurrent use.
//
// To wait until the store has a write, see [WaitForObject].
type MutationCache interface {
	// GetByKey returns the state in the store or that of the last write, whichever is later.
	GetByKey(key string) (interface{}, bool, error)
	// ByIndex is GetByKey for the objects that an index has under a value. The index finds an object by its state in the
	// store, and with IncludeAdds also by that of a write that the store does not have. It fails if there is no indexer.
	ByIndex(indexName, indexKey string) ([]interface{}, error)
	// Mutation records the object that a write has returned. It ignores an object that is older than the last write, or that
	// is known to be deleted.
	Mutation(obj interface{})
	// OnAddOrUpdate drops the write of an object if the store now has the same state or a later one. Call it in the handler
	// of an informer.
	OnAddOrUpdate(obj runtime.Object)
	// OnDelete records the deletion of an object, so that its writes are not returned any more. Call it in the handler of an
	// informer.
	OnDelete(obj runtime.Object)
}

// ResourceVersionComparator compares the ages of two states of an object. The result is negative if lhs is older, zero if
// both are the same, and positive if lhs is newer.
type ResourceVersionComparator interface {
	CompareResourceVersion(lhs, rhs runtime.Object) int
}

// MutationCacheOptions are the options of NewIntegerResourceVersionMutationCacheWithOptions. The zero value is useful.
type MutationCacheOptions struct {
	// Indexer is for ByIndex; may be nil.
	Indexer Indexer
	// TTL is how long a write is kept; zero means five minutes.
	TTL time.Duration
	// IncludeAdds also returns written objects that are not in the store: those that the store does not have yet, and those
	// that have been deleted, until OnDelete is called or TTL is over.
	IncludeAdds bool
	// MaxCacheSize is the number of writes to keep; the least recently used ones are dropped. Zero means 100.
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

// integerVersions compares resource versions as integers of any length. An invalid version is older than a valid one.
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

// gone stands for a deleted object among the writes.
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

// later returns the stored state or the written one, whichever is later. It drops a write that is not later.
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

// written returns the last write under a key, or a *gone.
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
	var known []string // without the keys of objects that were deleted after IndexKeys
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

// writesUnder returns the writes that an index has under a value, except for those with known keys.
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

// keyOf returns the key of an object. If it has none, keyOf logs an error and returns false: without the write, the cache
// still returns what is in the store.
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

// outdated reports whether a later write or the deletion of the object is known.
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
		// The later write belongs to the deleted object, or to a new one with the same name, which may exist.
		if other, err := meta.Accessor(known); err != nil || other.GetUID() != accessor.GetUID() {
			return
		}
	}
	end := &gone{}
	end.Namespace, end.Name, end.UID, end.ResourceVersion = accessor.GetNamespace(), accessor.GetName(), accessor.GetUID(), accessor.GetResourceVersion()
	c.writes.Add(key, end, c.options.TTL)
}
