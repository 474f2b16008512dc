package cache

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/clock"
)

// ExpirationPolicy says which entries of an ExpirationCache have expired.
type ExpirationPolicy interface {
	// IsExpired reports whether an entry is to be forgotten.
	IsExpired(obj *TimestampedEntry) bool
}

// TTLPolicy is an ExpirationPolicy by age.
type TTLPolicy struct {
	// TTL is the age above which an entry has expired; zero and less mean never.
	TTL time.Duration
	// Clock is the time; required with a TTL.
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

// ExpirationCache is a Store that forgets objects by a policy. An object expires when it is next looked at, so that one
// nobody asks for stays in memory; ListKeys and the resource version know nothing of expiry. It is safe for concurrent
// use, and slower than other stores, since every look may be a change.
type ExpirationCache struct {
	entries ThreadSafeStore
	keyFunc KeyFunc
	policy  ExpirationPolicy
	clock   clock.Clock

	// mu is held from the judgement that an entry has expired to its removal, so that no newer one is removed for it.
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

// live returns what is stored under a key, and removes it where it has expired.
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

// Add stores an object, whose age begins anew.
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

// Delete removes what is stored under the object's key.
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

// Get returns what is stored under the object's key, unless it has expired.
func (c *ExpirationCache) Get(obj interface{}) (interface{}, bool, error) {
	key, err := c.keyOf(obj)
	if err != nil {
		return nil, false, err
	}
	return c.GetByKey(key)
}

// GetByKey returns what is stored under a key, unless it has expired.
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

// ListKeys returns all keys, those of expired objects included that nobody has looked at.
func (c *ExpirationCache) ListKeys() []string { return c.entries.ListKeys() }

// Replace makes the given objects the whole content, of the same age all.
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

// FakeExpirationPolicy is an ExpirationPolicy by which everything expires but what has certain keys. For tests.
type FakeExpirationPolicy struct {
	// NeverExpire are the keys of what does not expire.
	NeverExpire sets.Set[string]
	// RetrieveKeyFunc returns the key of a *TimestampedEntry.
	RetrieveKeyFunc KeyFunc
}

// IsExpired reports whether the key of an entry is not among those that never expire.
func (p *FakeExpirationPolicy) IsExpired(obj *TimestampedEntry) bool {
	key, _ := p.RetrieveKeyFunc(obj) // what has no key expires
	return !p.NeverExpire.Has(key)
}

// NewFakeExpirationStore is NewExpirationStore with a clock, and with a channel that is sent the key of everything that expires;
// with nil nothing is removed. For tests.
func NewFakeExpirationStore(keyFunc KeyFunc, deletedKeys chan<- string, expirationPolicy ExpirationPolicy, cacheClock clock.Clock) Store {
	return &ExpirationCache{
		entries: watchedDeletes{NewThreadSafeStore(Indexers{}, Indices{}), deletedKeys},
		keyFunc: keyFunc,
		policy:  expirationPolicy,
		clock:   cacheClock,
	}
}

// watchedDeletes is a store that tells of what expires.
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
