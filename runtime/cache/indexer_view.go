package cache

import (
	"iter"
	"slices"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// indexerView is a store of the core as an Indexer.
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

// keyOf returns the key of an object of any type.
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

// noteVersion takes the version of an object for that of the store, as far as that is known from single objects.
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

// Transaction makes the changes of all objects that have a key. An index that cannot take an object leaves it out.
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

// typedIndexerView is a store of the core as a TypedIndexer.
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

// TypedReader reads a store that holds T itself: no boxes, no casts. Loops over its sequences see what is stored when
// they begin, allocate nothing and hold no lock.
type TypedReader[T any] struct {
	store *core.Store[T]
}

// Get returns what is stored under a key.
func (r TypedReader[T]) Get(key string) (T, bool) { return r.store.Get(key) }

// Len returns the number of objects.
func (r TypedReader[T]) Len() int { return r.store.Len() }

// List returns all objects, in no particular order; the slice belongs to the caller.
func (r TypedReader[T]) List() []T { return r.store.List() }

// ByIndex returns the objects under one value of an index.
func (r TypedReader[T]) ByIndex(indexName, indexedValue string) ([]T, error) {
	return r.store.ByIndex(indexName, indexedValue)
}

// Select returns the objects that keep wants, of those under one value of an index, or of all where no index is named. It
// allocates the result and nothing else.
func (r TypedReader[T]) Select(indexName, indexedValue string, keep func(T) bool) []T {
	return r.store.Select(indexName, indexedValue, keep)
}

// HasIndex reports whether there is an index of that name.
func (r TypedReader[T]) HasIndex(name string) bool { return r.store.HasIndex(name) }

// All yields all objects, in no particular order.
func (r TypedReader[T]) All() iter.Seq[T] { return r.store.All() }

// AllByIndex yields the objects under one value of an index.
func (r TypedReader[T]) AllByIndex(indexName, indexedValue string) (iter.Seq[T], error) {
	return r.store.AllByIndex(indexName, indexedValue)
}

// TypedView returns the reader under an indexer that holds T itself; false where the indexer is somebody else's or holds
// something else.
func TypedView[T any](indexer Indexer) (TypedReader[T], bool) {
	switch view := indexer.(type) {
	case typedIndexerView[T]:
		return TypedReader[T]{view.store}, true
	case *indexerView[T]:
		return TypedReader[T]{view.store}, true
	}
	return TypedReader[T]{}, false
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
