package cache

// NewTypedSharedIndexInformer returns informer itself where it is one of T, as those of generated code are. Any other is
// wrapped, and its objects are cast: it must hold objects of type T.
func NewTypedSharedIndexInformer[T Object](informer SharedIndexInformer) TypedSharedIndexInformer[T] {
	if typed, ok := informer.(TypedSharedIndexInformer[T]); ok {
		return typed
	}
	return castInformer[T]{informer}
}

// castInformer is somebody else's informer, with casts.
type castInformer[T Object] struct {
	SharedIndexInformer
}

func (c castInformer[T]) unwrap() SharedInformer { return c.SharedIndexInformer }

// unwrapped returns the informer that does the work where another one only casts its objects.
func unwrapped(informer SharedInformer) SharedInformer {
	for {
		wrapper, ok := informer.(interface{ unwrap() SharedInformer })
		if !ok {
			return informer
		}
		informer = wrapper.unwrap()
	}
}

func (c castInformer[T]) AddTypedEventHandler(handler TypedResourceEventHandler[T], options ...HandlerOptions) (ResourceEventHandlerRegistration, error) {
	opts, err := oneOption(options)
	if err != nil {
		return nil, err
	}
	return c.AddEventHandlerWithOptions(castHandler[T]{handler}, opts)
}

func (c castInformer[T]) AddTypedIndexers(indexers TypedIndexers[T]) error {
	return c.AddIndexers(TypedIndexersToIndexers(indexers))
}

func (c castInformer[T]) GetTypedIndexer() TypedIndexer[T] { return castIndexer[T]{c.GetIndexer()} }

// castHandler is a typed handler of an untyped informer.
type castHandler[T Object] struct {
	handler TypedResourceEventHandler[T]
}

func (c castHandler[T]) OnAdd(obj interface{}, isInInitialList bool) {
	c.handler.OnAdd(obj.(T), isInInitialList) //nolint:forcetypeassert // the constructor's contract
}

func (c castHandler[T]) OnUpdate(oldObj, newObj interface{}) {
	c.handler.OnUpdate(oldObj.(T), newObj.(T)) //nolint:forcetypeassert // the constructor's contract
}

func (c castHandler[T]) OnDelete(obj interface{}) {
	d := DeletedObject[T]{}
	if unknown, ok := obj.(DeletedFinalStateUnknown); ok {
		d.FinalStateUnknown = &unknown
		d.OptionalObj, _ = unknown.Obj.(T)
	} else {
		d.OptionalObj = obj.(T) //nolint:forcetypeassert // the constructor's contract
	}
	c.handler.OnDelete(d)
}

// castIndexer is somebody else's indexer, with casts.
type castIndexer[T any] struct {
	Indexer
}

func (c castIndexer[T]) TypedIndex(indexName string, obj T) ([]T, error) {
	objs, err := c.Index(indexName, obj)
	if err != nil {
		return nil, err
	}
	return unboxAll[T](objs)
}

func (c castIndexer[T]) ByTypedIndex(indexName, indexedValue string) ([]T, error) {
	objs, err := c.ByIndex(indexName, indexedValue)
	if err != nil {
		return nil, err
	}
	return unboxAll[T](objs)
}

func (c castIndexer[T]) AddTypedIndexers(newIndexers TypedIndexers[T]) error {
	return c.AddIndexers(TypedIndexersToIndexers(newIndexers))
}

func unboxAll[T any](objs []interface{}) ([]T, error) {
	typed := make([]T, len(objs))
	for i, obj := range objs {
		var err error
		if typed[i], err = unbox[T](obj); err != nil {
			return nil, err
		}
	}
	return typed, nil
}
