package cache

import (
	"fmt"
	"maps"
	"slices"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

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

// indexerView wraps a store of package core as an Indexer, and as a TypedIndexer.
type indexerView[T any] struct {
	store     *core.Store[T]
	key       func(T) (string, error)
	transform TransformFunc
	version   *versionMetric
}

var _ TypedIndexer[int] = (*indexerView[int])(nil)

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

func (v *indexerView[T]) TypedIndex(indexName string, obj T) ([]T, error) {
	return v.store.Like(indexName, obj)
}

func (v *indexerView[T]) ByTypedIndex(indexName, indexedValue string) ([]T, error) {
	return v.store.ByIndex(indexName, indexedValue)
}

func (v *indexerView[T]) AddTypedIndexers(newIndexers TypedIndexers[T]) error {
	indexes := make(map[string]core.IndexFunc[T], len(newIndexers))
	for name, indexer := range newIndexers {
		indexes[name] = core.IndexFunc[T](indexer)
	}
	return v.store.AddIndexes(indexes)
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
