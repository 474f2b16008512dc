package cache

import (
	"fmt"
	"maps"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// Store holds objects by key. It is safe for concurrent use.
type Store interface {
	// Add stores an object under the key that the store's KeyFunc gives it, in place of what was there.
	Add(obj interface{}) error
	// Update is Add.
	Update(obj interface{}) error
	// Delete removes what is stored under the object's key.
	Delete(obj interface{}) error
	// List returns all objects, in no particular order; the slice belongs to the caller.
	List() []interface{}
	// ListKeys returns all keys, in no particular order.
	ListKeys() []string
	// LastStoreSyncResourceVersion returns the resource version up to which the store has seen everything; "" where that
	// is not known.
	LastStoreSyncResourceVersion() string
	// Bookmark notes that the store has seen everything up to rv.
	Bookmark(rv string)
	// Get returns what is stored under the object's key.
	Get(obj interface{}) (item interface{}, exists bool, err error)
	// GetByKey returns what is stored under a key.
	GetByKey(key string) (item interface{}, exists bool, err error)
	// Replace makes the given objects the whole content, seen at a resource version.
	Replace(list []interface{}, resourceVersion string) error
	// Resync does nothing in a plain store.
	Resync() error
}

// TransformFunc changes an object before it is stored: it may drop what nobody reads. It gets the object to itself, may
// change it in place and may be called again with what it returned. It must return an object of the same type, name and
// namespace. Informers apply it to the objects of a list one by one, as they come, so that the list is never in memory as
// the server has sent it.
type TransformFunc func(interface{}) (interface{}, error)

// cache is what store options set.
type cache struct {
	transform TransformFunc
	version   *versionMetric
}

// StoreOption is an option of NewStore and NewIndexer.
type StoreOption = func(*cache)

// WithTransformer applies a transform to every object before it is stored.
func WithTransformer(transformer TransformFunc) StoreOption {
	return func(c *cache) { c.transform = transformer }
}

// WithStoreMetrics publishes the resource version of the store under a name; nil means the provider of
// SetInformerMetricsProvider.
func WithStoreMetrics(identifier InformerNameAndResource, metricsProvider InformerMetricsProvider) StoreOption {
	return func(c *cache) { c.version = newVersionMetric(identifier, metricsProvider) }
}

// NewStore returns an empty Store.
func NewStore(keyFunc KeyFunc, opts ...StoreOption) Store {
	return NewIndexer(keyFunc, Indexers{}, opts...)
}

// NewIndexer returns an empty Indexer.
func NewIndexer(keyFunc KeyFunc, indexers Indexers, opts ...StoreOption) Indexer {
	var options cache
	for _, opt := range opts {
		opt(&options)
	}
	view := newIndexerView(keyFunc, coreIndexes[interface{}](indexers))
	view.transform, view.version = options.transform, options.version
	return view
}

// ThreadSafeStore is an Indexer whose callers name the keys themselves.
type ThreadSafeStore interface {
	Add(key string, obj interface{})
	Update(key string, obj interface{})
	Delete(key string)
	// DeleteWithObject is Delete for callers who know the last state of the object, whose resource version is then noted.
	DeleteWithObject(key string, obj interface{})
	Get(key string) (item interface{}, exists bool)
	List() []interface{}
	ListKeys() []string
	Replace(map[string]interface{}, string)
	Index(indexName string, obj interface{}) ([]interface{}, error)
	IndexKeys(indexName, indexedValue string) ([]string, error)
	ListIndexFuncValues(name string) []string
	ByIndex(indexName, indexedValue string) ([]interface{}, error)
	GetIndexers() Indexers
	AddIndexers(newIndexers Indexers) error
	Resync() error
	LastStoreSyncResourceVersion() string
	Bookmark(rv string)
}

// TransactionType says what a Transaction does.
type TransactionType string

// What a Transaction does.
const (
	TransactionTypeAdd    TransactionType = "Add"
	TransactionTypeUpdate TransactionType = "Update"
	TransactionTypeDelete TransactionType = "Delete"
)

// Transaction is one of several changes to a store that are made at once.
type Transaction struct {
	Object interface{}
	Type   TransactionType
}

// TransactionStore is a store that makes several changes at once. The stores of NewStore and NewIndexer are.
type TransactionStore interface {
	// Transaction makes the changes of all objects that have a key; the others are in the error, which is nil where there are
	// no others. Readers see all changes or none.
	Transaction(txns ...Transaction) *TransactionError
}

// TransactionError says which changes could not be made.
type TransactionError struct {
	// SuccessfulIndices are the places of the changes that were made.
	SuccessfulIndices []int
	// TotalTransactions is how many there were.
	TotalTransactions int
	// Errors are those of the others.
	Errors []error
}

// Error tells how many changes failed, and why.
func (e *TransactionError) Error() string {
	return fmt.Sprintf("%d of %d changes could not be made: %v", e.TotalTransactions-len(e.SuccessfulIndices), e.TotalTransactions, e.Errors)
}

// ThreadSafeStoreTransaction is a Transaction with the key of its object.
type ThreadSafeStoreTransaction struct {
	Transaction
	Key string
}

// ThreadSafeStoreWithTransaction is a ThreadSafeStore that makes several changes at once. That of NewThreadSafeStore is.
type ThreadSafeStoreWithTransaction interface {
	ThreadSafeStore
	// Transaction makes changes: readers see all of them or none. The resource version is that of the last object.
	Transaction(fns ...ThreadSafeStoreTransaction)
}

// ThreadSafeStoreOption is an option of NewThreadSafeStore.
type ThreadSafeStoreOption = func(*threadSafeMap)

// WithThreadSafeStoreMetrics publishes the resource version of the store under a name; nil means the provider of
// SetInformerMetricsProvider.
func WithThreadSafeStoreMetrics(identifier InformerNameAndResource, metricsProvider InformerMetricsProvider) ThreadSafeStoreOption {
	return func(m *threadSafeMap) { m.version = newVersionMetric(identifier, metricsProvider) }
}

// threadSafeMap is an indexerView whose callers name the keys.
type threadSafeMap struct {
	*indexerView[interface{}]
}

var _ ThreadSafeStoreWithTransaction = (*threadSafeMap)(nil)

// NewThreadSafeStore returns an empty ThreadSafeStore. Indices are made by the store itself; what is passed is ignored.
//
// An index function that fails leaves the object out of its index.
func NewThreadSafeStore(indexers Indexers, _ Indices, opts ...ThreadSafeStoreOption) ThreadSafeStore {
	store := core.NewStore(coreIndexes[interface{}](indexers))
	m := &threadSafeMap{&indexerView[interface{}]{store: store}}
	for _, opt := range opts {
		opt(m)
	}
	return m
}

func (m *threadSafeMap) Add(key string, obj interface{}) { m.Update(key, obj) }

func (m *threadSafeMap) Update(key string, obj interface{}) {
	defer m.version.publish(m.store)
	_ = m.store.SetAt(key, obj, versionOf(obj)) // an index that cannot take the object leaves it out
}

func (m *threadSafeMap) Delete(key string) { m.store.Delete(key) }

func (m *threadSafeMap) DeleteWithObject(key string, obj interface{}) {
	m.store.Delete(key)
	m.noteVersion(obj)
}

func (m *threadSafeMap) Get(key string) (item interface{}, exists bool) {
	return m.store.Get(key)
}

func (m *threadSafeMap) Replace(items map[string]interface{}, resourceVersion string) {
	own := make(map[string]interface{}, len(items))
	maps.Copy(own, items)
	defer m.version.publish(m.store)
	_ = m.store.Replace(own, resourceVersion)
}

func (m *threadSafeMap) Transaction(txns ...ThreadSafeStoreTransaction) {
	if len(txns) == 0 {
		return
	}
	defer m.version.publish(m.store)
	changes := make([]core.Change[interface{}], len(txns))
	for i, txn := range txns {
		changes[i] = core.Change[interface{}]{Key: txn.Key, Object: txn.Object, Deleted: txn.Type == TransactionTypeDelete}
	}
	_ = m.store.Apply(changes, versionOf(txns[len(txns)-1].Object))
}
