package cache

import (
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

// ThreadSafeStoreOption is an option of NewThreadSafeStore. There are none so far.
type ThreadSafeStoreOption = func(*threadSafeMap)

// threadSafeMap is an indexerView whose callers name the keys.
type threadSafeMap struct {
	*indexerView[interface{}]
}

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
	_ = m.store.Replace(own, resourceVersion)
}
