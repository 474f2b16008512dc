package cache

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/clock"
)

// ExpirationPolicy says which entries of an ExpirationCache have expired.
type ExpirationPolicy interface {
	// IsExpired reports whether an entry has expired.
	IsExpired(obj *TimestampedEntry) bool
}

// TTLPolicy is an ExpirationPolicy by age.
type TTLPolicy struct {
	// TTL is the age after which an entry expires; zero or less means never.
	TTL time.Duration
	// Clock tells the age of entries; required if TTL is set.
	Clock clock.Clock
}

// IsExpired reports whether an entry is older than TTL.
func (p *TTLPolicy) IsExpired(obj *TimestampedEntry) bool {
	return p.TTL > 0 && p.Clock.Since(obj.Timestamp) > p.TTL
}

// TimestampedEntry is an object of an ExpirationCache with the time at which it was stored, by the clock of this machine.
type TimestampedEntry struct {
	Obj       interface{}
	Timestamp time.Time

	key string
}

// ExpirationCache is a Store that removes objects that have expired by a policy. It checks an object only when it is read,
// so an expired object that nobody reads stays in memory. ListKeys also returns the keys of such objects. It is safe for
// concurrent use, and slower than other stores, because a read may be a change.
type ExpirationCache struct {
	entries ThreadSafeStore
	keyFunc KeyFunc
	policy  ExpirationPolicy
	clock   clock.Clock

	// mu is held from the check that an entry has expired to its removal, so that a newer entry is not removed instead.
	mu sync.Mutex
}

var _ Store = (*ExpirationCache)(nil)

// NewTTLStore returns an empty ExpirationCache whose objects expire at an age.
func NewTTLStore(keyFunc KeyFunc, ttl time.Duration) Store {
	return NewExpirationStore(keyFunc, &TTLPolicy{TTL: ttl, Clock: clock.RealClock{}})
}

// NewExpirationStore returns an empty ExpirationCache with a policy.
func NewExpirationStore(keyFunc KeyFunc, expirationPolicy ExpirationPolicy) Store {
	return &ExpirationCache{
		entries: NewThreadSafeStore(Indexers{}, Indices{}),
		keyFunc: keyFunc,
		policy:  expirationPolicy,
		clock:   clock.RealClock{},
	}
}

func (c *ExpirationCache) keyOf(obj interface{}) (string, error) {
	key, err := c.keyFunc(obj)
	if err != nil {
		return "", KeyError{Obj: obj, Err: err}
	}
	return key, nil
}

// live returns the object that is stored under a key. If it has expired, live removes it and returns false.
func (c *ExpirationCache) live(key string) (interface{}, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	item, _ := c.entries.Get(key)
	entry, ok := item.(*TimestampedEntry)
	if !ok {
		return nil, false
	}
	if c.policy.IsExpired(entry) {
		c.entries.Delete(key)
		return nil, false
	}
	return entry.Obj, true
}

// Add stores an object with an age of zero.
func (c *ExpirationCache) Add(obj interface{}) error {
	key, err := c.keyOf(obj)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries.Add(key, &TimestampedEntry{Obj: obj, Timestamp: c.clock.Now(), key: key})
	return nil
}

// Update is Add.
func (c *ExpirationCache) Update(obj interface{}) error { return c.Add(obj) }

// Delete removes the object that is stored under the key of obj.
func (c *ExpirationCache) Delete(obj interface{}) error {
	key, err := c.keyOf(obj)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries.DeleteWithObject(key, obj)
	return nil
}

// Get returns the object that is stored under the key of obj, unless it has expired.
func (c *ExpirationCache) Get(obj interface{}) (interface{}, bool, error) {
	key, err := c.keyOf(obj)
	if err != nil {
		return nil, false, err
	}
	return c.GetByKey(key)
}

// GetByKey returns the object that is stored under a key, unless it has expired.
func (c *ExpirationCache) GetByKey(key string) (interface{}, bool, error) {
	obj, exists := c.live(key)
	return obj, exists, nil
}

// List returns all objects that have not expired, in no particular order.
func (c *ExpirationCache) List() []interface{} {
	items := c.entries.List()
	list := make([]interface{}, 0, len(items))
	for _, item := range items {
		entry, ok := item.(*TimestampedEntry)
		if !ok {
			continue
		}
		if obj, exists := c.live(entry.key); exists {
			list = append(list, obj)
		}
	}
	return list
}

// ListKeys returns all keys, including those of expired objects that nobody has read since.
func (c *ExpirationCache) ListKeys() []string { return c.entries.ListKeys() }

// Replace makes the given objects the whole contents, all with an age of zero.
func (c *ExpirationCache) Replace(list []interface{}, resourceVersion string) error {
	items, now := make(map[string]interface{}, len(list)), c.clock.Now()
	for _, obj := range list {
		key, err := c.keyOf(obj)
		if err != nil {
			return err
		}
		items[key] = &TimestampedEntry{Obj: obj, Timestamp: now, key: key}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries.Replace(items, resourceVersion)
	return nil
}

// Resync does nothing.
func (c *ExpirationCache) Resync() error { return nil }

// LastStoreSyncResourceVersion returns the resource version that was last seen.
func (c *ExpirationCache) LastStoreSyncResourceVersion() string {
	return c.entries.LastStoreSyncResourceVersion()
}

// Bookmark notes that everything up to rv has been seen.
func (c *ExpirationCache) Bookmark(rv string) { c.entries.Bookmark(rv) }

// FakeExpirationPolicy is an ExpirationPolicy for tests: all entries expire, except those with certain keys.
type FakeExpirationPolicy struct {
	// NeverExpire holds the keys of the entries that do not expire.
	NeverExpire sets.Set[string]
	// RetrieveKeyFunc returns the key of a *TimestampedEntry.
	RetrieveKeyFunc KeyFunc
}

// IsExpired reports whether the key of an entry is not among those that never expire.
func (p *FakeExpirationPolicy) IsExpired(obj *TimestampedEntry) bool {
	key, _ := p.RetrieveKeyFunc(obj) // what has no key expires
	return !p.NeverExpire.Has(key)
}

// NewFakeExpirationStore is NewExpirationStore for tests, with a clock. It sends the key of each object that expires or is
// deleted to deletedKeys. If deletedKeys is nil, it removes nothing.
func NewFakeExpirationStore(keyFunc KeyFunc, deletedKeys chan<- string, expirationPolicy ExpirationPolicy, cacheClock clock.Clock) Store {
	return &ExpirationCache{
		entries: watchedDeletes{NewThreadSafeStore(Indexers{}, Indices{}), deletedKeys},
		keyFunc: keyFunc,
		policy:  expirationPolicy,
		clock:   cacheClock,
	}
}

// watchedDeletes is a store that sends the keys of removed objects to a channel. If the channel is nil, it removes nothing.
type watchedDeletes struct {
	ThreadSafeStore

	keys chan<- string
}

func (w watchedDeletes) Delete(key string) {
	if w.keys != nil {
		w.ThreadSafeStore.Delete(key)
		w.keys <- key
	}
}
