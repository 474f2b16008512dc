package cache

import (
	"fmt"
	"maps"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// Store holds objects by key. It is safe for concurrent use.
type Store interface {
	// Add stores an object under the key that the store's KeyFunc returns, and replaces an object with the same key.
	Add(obj interface{}) error
	// Update is the same as Add.
	Update(obj interface{}) error
	// Delete removes the object that is stored under the key of obj.
	Delete(obj interface{}) error
	// List returns all objects, in no particular order. The caller owns the slice.
	List() []interface{}
	// ListKeys returns all keys, in no particular order.
	ListKeys() []string
	// LastStoreSyncResourceVersion returns the resource version up to which the store contains all changes; "" if it is not
	// known.
	LastStoreSyncResourceVersion() string
	// Bookmark sets the resource version up to which the store contains all changes.
	Bookmark(rv string)
	// Get returns the object that is stored under the key of obj.
	Get(obj interface{}) (item interface{}, exists bool, err error)
	// GetByKey returns the object that is stored under a key.
	GetByKey(key string) (item interface{}, exists bool, err error)
	// Replace makes the given objects the whole contents, at a resource version.
	Replace(list []interface{}, resourceVersion string) error
	// Resync does nothing in a plain store.
	Resync() error
}

// TransformFunc changes an object before it is stored, for example to drop fields that nobody reads. Nobody else uses the
// object during the call, so the function may change it in place. It may be called again with an object that it has
// returned. It must return an object of the same type, name and namespace. Informers apply it to each object of a list as
// it arrives, so that the untransformed list is never in memory as a whole.
type TransformFunc func(interface{}) (interface{}, error)

// cache holds the options of a store. client-go's StoreOption has this type in its signature.
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

// ThreadSafeStore is an Indexer whose callers pass the keys.
type ThreadSafeStore interface {
	// Add and Update store an object under a key, whether or not there is one already. Delete of a key that is not there does nothing.
	Add(key string, obj interface{})
	Update(key string, obj interface{})
	Delete(key string)
	// DeleteWithObject is Delete for callers that have the last state of the object. The store takes over its resource
	// version, if it has one.
	DeleteWithObject(key string, obj interface{})
	// The others are those of Indexer, with keys in place of objects.
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

// TransactionType is the kind of change that a Transaction makes.
type TransactionType string

// The kinds of changes.
const (
	TransactionTypeAdd    TransactionType = "Add"
	TransactionTypeUpdate TransactionType = "Update"
	TransactionTypeDelete TransactionType = "Delete"
)

// Transaction is one of the changes that a TransactionStore makes in one step.
type Transaction struct {
	Object interface{}
	Type   TransactionType
}

// TransactionStore is a store that makes several changes in one step. The stores of NewStore and NewIndexer implement it.
type TransactionStore interface {
	// Transaction makes the changes of all objects that have a key and that the transform accepts. The error holds the
	// others; it is nil if there are none. Readers see all changes or none.
	Transaction(txns ...Transaction) *TransactionError
}

// TransactionError says which changes could not be made.
type TransactionError struct {
	// SuccessfulIndices holds the indices of the changes that were made.
	SuccessfulIndices []int
	// TotalTransactions is the number of changes.
	TotalTransactions int
	// Errors holds the errors of the other changes.
	Errors []error
}

// Error returns a message with the number of changes that failed, and their errors.
func (e *TransactionError) Error() string {
	return fmt.Sprintf("%d of %d changes could not be made: %v", e.TotalTransactions-len(e.SuccessfulIndices), e.TotalTransactions, e.Errors)
}

// ThreadSafeStoreTransaction is a Transaction with the key of its object.
type ThreadSafeStoreTransaction struct {
	Transaction
	Key string
}

// ThreadSafeStoreWithTransaction is a ThreadSafeStore that makes several changes in one step. The store of
// NewThreadSafeStore implements it.
type ThreadSafeStoreWithTransaction interface {
	ThreadSafeStore
	// Transaction makes changes; readers see all of them or none. The store takes over the resource version of the last
	// object, if it has one.
	Transaction(fns ...ThreadSafeStoreTransaction)
}

// ThreadSafeStoreOption is an option of NewThreadSafeStore.
type ThreadSafeStoreOption = func(*threadSafeMap)

// WithThreadSafeStoreMetrics publishes the resource version of the store under a name; nil means the provider of
// SetInformerMetricsProvider.
func WithThreadSafeStoreMetrics(identifier InformerNameAndResource, metricsProvider InformerMetricsProvider) ThreadSafeStoreOption {
	return func(m *threadSafeMap) { m.version = newVersionMetric(identifier, metricsProvider) }
}

// threadSafeMap is an indexerView whose callers pass the keys.
type threadSafeMap struct {
	*indexerView[interface{}]
}

var _ ThreadSafeStoreWithTransaction = (*threadSafeMap)(nil)

// NewThreadSafeStore returns an empty ThreadSafeStore. It ignores the Indices and makes its own.
//
// If an index function fails for an object, the index omits the object.
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
	_ = m.store.SetAt(key, obj, versionOf(obj)) // an index whose function fails omits the object
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
