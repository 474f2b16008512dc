package cache

import (
	"fmt"
	"maps"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

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
