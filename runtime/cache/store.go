package cache

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/sets"
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

// NamespaceIndex is the usual name of an index by namespace.
const NamespaceIndex string = "namespace"

// IndexFunc returns the values under which an index finds an object. If it returns none, the index omits the object.
type IndexFunc func(obj interface{}) ([]string, error)

// IndexFuncToKeyFuncAdapter returns a KeyFunc that returns the value of an IndexFunc. It fails if there is not exactly one
// value.
func IndexFuncToKeyFuncAdapter(indexFunc IndexFunc) KeyFunc {
	return func(obj interface{}) (string, error) {
		values, err := indexFunc(obj)
		switch {
		case err != nil:
			return "", err
		case len(values) != 1:
			return "", fmt.Errorf("a key is one value, and not %d: %v", len(values), values)
		}
		return values[0], nil
	}
}

// Indexers are index functions by name.
type Indexers map[string]IndexFunc

// Indices are the contents of indexes: sets of keys by name of the index and value.
type Indices map[string]index

type index map[string]sets.Set[string]

// Indexer is a Store that also finds objects by the values of index functions. The slices that it returns are snapshots and
// belong to the caller. The time of a look-up depends on the number of its results, not on the number of objects.
type Indexer interface {
	Store
	// Index returns the objects that have at least one value of the index in common with obj.
	Index(indexName string, obj interface{}) ([]interface{}, error)
	// IndexKeys returns the keys of the objects that the index has under a value.
	IndexKeys(indexName, indexedValue string) ([]string, error)
	// ListIndexFuncValues returns all values of an index.
	ListIndexFuncValues(indexName string) []string
	// ByIndex returns the objects that the index has under a value.
	ByIndex(indexName, indexedValue string) ([]interface{}, error)
	// GetIndexers returns the index functions. The caller owns the map.
	GetIndexers() Indexers
	// AddIndexers adds indexes and fills them from the objects in the store. If a name exists already, it adds none and
	// returns an error.
	AddIndexers(newIndexers Indexers) error
}

// TypedIndexFunc is an IndexFunc for objects of one type.
type TypedIndexFunc[T any] func(obj T) ([]string, error)

// TypedIndexers are typed index functions by name.
type TypedIndexers[T any] map[string]TypedIndexFunc[T]

// TypedIndexer is an Indexer of objects of one type, with methods that return this type.
type TypedIndexer[T any] interface {
	Indexer
	// TypedIndex is Index with types.
	TypedIndex(indexName string, obj T) ([]T, error)
	// ByTypedIndex is ByIndex with types.
	ByTypedIndex(indexName, indexedValue string) ([]T, error)
	// AddTypedIndexers is AddIndexers with types.
	AddTypedIndexers(newIndexers TypedIndexers[T]) error
}

// TransformFunc changes an object before it is stored, for example to drop fields that nobody reads. Nobody else uses the
// object during the call, so the function may change it in place. It may be called again with an object that it has
// returned. It must return an object of the same type, name and namespace. Informers apply it to each object of a list as
// it arrives, so that the untransformed list is never in memory as a whole.
type TransformFunc func(interface{}) (interface{}, error)

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

// ReflectorStore receives the objects that a Reflector lists and watches.
type ReflectorStore interface {
	// Add, Update and Delete take over an event of the watch.
	Add(obj interface{}) error
	Update(obj interface{}) error
	Delete(obj interface{}) error
	// Replace makes the given objects the whole contents, at a resource version.
	Replace(list []interface{}, resourceVersion string) error
	// Resync processes every object again.
	Resync() error
}

// ResourceVersionUpdater is implemented by a ReflectorStore to receive the resource version after each event of a watch,
// including bookmarks.
type ResourceVersionUpdater interface {
	UpdateResourceVersion(resourceVersion string)
}

// ReflectorBookmarkStore is like ResourceVersionUpdater, with an error that the reflector ignores.
type ReflectorBookmarkStore interface {
	Bookmark(resourceVersion string) error
}

// TransformingStore is a ReflectorStore that transforms objects. A reflector applies the transform of a DeltaFIFO to each
// object of a list as it arrives. Other stores get lists untransformed and transform them in Replace.
type TransformingStore interface {
	ReflectorStore
	Transformer() TransformFunc
}
