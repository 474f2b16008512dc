package cache

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

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

// TypedIndexersToIndexers converts typed index functions to untyped ones, which return an error for an object of another
// type.
func TypedIndexersToIndexers[T any](indexers TypedIndexers[T]) Indexers {
	if indexers == nil {
		return nil
	}
	untyped := make(Indexers, len(indexers))
	for name, indexer := range indexers {
		untyped[name] = TypedIndexerFuncToIndexerFunc(indexer)
	}
	return untyped
}

// TypedIndexerFuncToIndexerFunc converts a typed index function to an untyped one, which returns an error for an object of
// another type.
func TypedIndexerFuncToIndexerFunc[T any](indexer TypedIndexFunc[T]) IndexFunc {
	return func(obj interface{}) ([]string, error) {
		typed, err := unbox[T](obj)
		if err != nil {
			return nil, err
		}
		return indexer(typed)
	}
}

// unbox returns obj as a T, and the zero value for nil. It fails if obj is of another type.
func unbox[T any](obj interface{}) (T, error) {
	typed, ok := obj.(T)
	if !ok && obj != nil {
		return typed, fmt.Errorf("an object of type %T where %T was expected", obj, typed)
	}
	return typed, nil
}

// box returns an object as an interface{}.
func box[T any](obj T) interface{} { return obj }

// coreIndexes converts untyped index functions to those of package core.
func coreIndexes[T any](indexers Indexers) map[string]core.IndexFunc[T] {
	indexes := make(map[string]core.IndexFunc[T], len(indexers))
	for name, indexer := range indexers {
		indexes[name] = func(obj T) ([]string, error) { return indexer(obj) }
	}
	return indexes
}

// indexerView wraps a store of package core as an Indexer.
type indexerView[T any] struct {
	store     *core.Store[T]
	key       func(T) (string, error)
	transform TransformFunc
	version   *versionMetric
}

var _ Indexer = (*indexerView[int])(nil)

func newIndexerView(keyFunc KeyFunc, indexes map[string]core.IndexFunc[interface{}]) *indexerView[interface{}] {
	return &indexerView[interface{}]{store: core.NewStore(indexes), key: keyFunc}
}

// keyOf returns the key of an object, and the object as a T. For an ExplicitKey, it returns the key and the zero value.
func (v *indexerView[T]) keyOf(obj interface{}) (string, T, error) {
	if explicit, ok := obj.(ExplicitKey); ok {
		return string(explicit), *new(T), nil
	}
	typed, err := unbox[T](obj)
	if err != nil {
		return "", typed, KeyError{Obj: obj, Err: err}
	}
	key, err := v.key(typed)
	if err != nil {
		return "", typed, KeyError{Obj: obj, Err: err}
	}
	return key, typed, nil
}

func (v *indexerView[T]) Add(obj interface{}) error {
	key, typed, err := v.keyOf(obj)
	if err != nil {
		return err
	}
	if typed, err = applyTransform(v.transform, typed); err != nil {
		return err
	}
	defer v.version.publish(v.store)
	return v.store.SetAt(key, typed, versionOf(typed))
}

// noteVersion sets the store's version to that of an object, if it has one.
func (v *indexerView[T]) noteVersion(obj T) {
	if version := versionOf(obj); version != "" {
		v.Bookmark(version)
	}
}

func (v *indexerView[T]) Update(obj interface{}) error { return v.Add(obj) }

func (v *indexerView[T]) Delete(obj interface{}) error {
	if unknown, ok := obj.(DeletedFinalStateUnknown); ok {
		v.store.Delete(unknown.Key)
		return nil
	}
	key, typed, err := v.keyOf(obj)
	if err != nil {
		return err
	}
	v.store.Delete(key)
	v.noteVersion(typed)
	return nil
}

func (v *indexerView[T]) List() []interface{} { return core.ListAs(v.store, box[T]) }

func (v *indexerView[T]) ListKeys() []string { return v.store.Keys() }

func (v *indexerView[T]) LastStoreSyncResourceVersion() string { return v.store.Version() }

func (v *indexerView[T]) Bookmark(rv string) {
	defer v.version.publish(v.store)
	v.store.SetVersion(rv)
}

func (v *indexerView[T]) Get(obj interface{}) (item interface{}, exists bool, err error) {
	key, _, err := v.keyOf(obj)
	if err != nil {
		return nil, false, err
	}
	return v.GetByKey(key)
}

func (v *indexerView[T]) GetByKey(key string) (item interface{}, exists bool, err error) {
	obj, ok := v.store.Get(key)
	if !ok {
		return nil, false, nil
	}
	return obj, true, nil
}

func (v *indexerView[T]) Replace(list []interface{}, resourceVersion string) error {
	items := make(map[string]T, len(list))
	for _, obj := range list {
		key, typed, err := v.keyOf(obj)
		if err != nil {
			return err
		}
		if items[key], err = applyTransform(v.transform, typed); err != nil {
			return err
		}
	}
	defer v.version.publish(v.store)
	return v.store.Replace(items, resourceVersion)
}

// Transaction makes the changes of all objects that have a key and that the transform accepts. If an index function fails
// for an object, the index omits it.
func (v *indexerView[T]) Transaction(txns ...Transaction) *TransactionError {
	failed := &TransactionError{TotalTransactions: len(txns), SuccessfulIndices: []int{}}
	var changes []core.Change[T]
	version := ""
	for i, txn := range txns {
		key, typed, err := v.keyOf(txn.Object)
		if err == nil && txn.Type != TransactionTypeDelete {
			typed, err = applyTransform(v.transform, typed)
		}
		if err != nil {
			failed.Errors = append(failed.Errors, err)
			continue
		}
		version = versionOf(typed)
		failed.SuccessfulIndices = append(failed.SuccessfulIndices, i)
		changes = append(changes, core.Change[T]{Key: key, Object: typed, Deleted: txn.Type == TransactionTypeDelete})
	}
	defer v.version.publish(v.store)
	_ = v.store.Apply(changes, version)
	if len(failed.Errors) == 0 {
		return nil
	}
	return failed
}

func (v *indexerView[T]) Resync() error { return nil }

func (v *indexerView[T]) Index(indexName string, obj interface{}) ([]interface{}, error) {
	typed, err := unbox[T](obj)
	if err != nil {
		return nil, err
	}
	return core.LikeAs(v.store, indexName, typed, box[T])
}

func (v *indexerView[T]) IndexKeys(indexName, indexedValue string) ([]string, error) {
	keys, err := v.store.KeysByIndex(indexName, indexedValue)
	slices.Sort(keys)
	return keys, err
}

func (v *indexerView[T]) ListIndexFuncValues(indexName string) []string {
	return v.store.Values(indexName)
}

func (v *indexerView[T]) ByIndex(indexName, indexedValue string) ([]interface{}, error) {
	return core.ByIndexAs(v.store, indexName, indexedValue, box[T])
}

func (v *indexerView[T]) GetIndexers() Indexers {
	indexers := Indexers{}
	for name, index := range v.store.Indexes() {
		indexers[name] = func(obj interface{}) ([]string, error) {
			typed, err := unbox[T](obj)
			if err != nil {
				return nil, err
			}
			return index(typed)
		}
	}
	return indexers
}

func (v *indexerView[T]) AddIndexers(newIndexers Indexers) error {
	return v.store.AddIndexes(coreIndexes[T](newIndexers))
}

// typedIndexerView wraps a store of package core as a TypedIndexer.
type typedIndexerView[T any] struct {
	*indexerView[T]
}

var _ TypedIndexer[int] = typedIndexerView[int]{}

func (v typedIndexerView[T]) TypedIndex(indexName string, obj T) ([]T, error) {
	return v.store.Like(indexName, obj)
}

func (v typedIndexerView[T]) ByTypedIndex(indexName, indexedValue string) ([]T, error) {
	return v.store.ByIndex(indexName, indexedValue)
}

func (v typedIndexerView[T]) AddTypedIndexers(newIndexers TypedIndexers[T]) error {
	indexes := make(map[string]core.IndexFunc[T], len(newIndexers))
	for name, indexer := range newIndexers {
		indexes[name] = core.IndexFunc[T](indexer)
	}
	return v.store.AddIndexes(indexes)
}

// applyTransform applies a transform that may be nil.
func applyTransform[T any](transform TransformFunc, obj T) (T, error) {
	if transform == nil {
		return obj, nil
	}
	changed, err := transform(obj)
	if err != nil {
		return obj, err
	}
	return unbox[T](changed)
}
