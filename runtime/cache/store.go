package cache

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
