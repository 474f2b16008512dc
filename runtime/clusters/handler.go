package clusters

import (
	"errors"

	"github.com/typewright/typewright/runtime/cache"
)

// Handler receives the events of all clusters. Those of one cluster come one at a time and in order, those of several at the same time.
// The objects belong to the caches: handlers must not change them.
type Handler[T cache.Object] interface {
	// OnAdd is called for an object that is new. InInitialList is set for those that the cluster had when it was added.
	OnAdd(cluster string, obj T, inInitialList bool)
	// OnUpdate is called for an object that has changed.
	OnUpdate(cluster string, oldObj, newObj T)
	// OnDelete is called for an object that was deleted.
	OnDelete(cluster string, obj cache.DeletedObject[T])
}

// LeftHandler is implemented by a Handler of informers with Shards that wants to know what another process has now, see
// [cache.LeftHandler].
type LeftHandler[T cache.Object] interface {
	OnLeft(cluster string, obj T)
}

// HandlerFuncs is a Handler made of functions, any of which may be nil.
type HandlerFuncs[T cache.Object] struct {
	AddFunc    func(cluster string, obj T)
	UpdateFunc func(cluster string, oldObj, newObj T)
	DeleteFunc func(cluster string, obj cache.DeletedObject[T])
}

// OnAdd calls AddFunc.
func (h HandlerFuncs[T]) OnAdd(cluster string, obj T, _ bool) {
	if h.AddFunc != nil {
		h.AddFunc(cluster, obj)
	}
}

// OnUpdate calls UpdateFunc.
func (h HandlerFuncs[T]) OnUpdate(cluster string, oldObj, newObj T) {
	if h.UpdateFunc != nil {
		h.UpdateFunc(cluster, oldObj, newObj)
	}
}

// OnDelete calls DeleteFunc.
func (h HandlerFuncs[T]) OnDelete(cluster string, obj cache.DeletedObject[T]) {
	if h.DeleteFunc != nil {
		h.DeleteFunc(cluster, obj)
	}
}

// Handle adds a handler of the objects of one kind: to the informer that informer returns for the factory of a cluster, for the clusters
// of the set and those that are added later. Informer must not call the set. After an error some clusters may have the handler.
func Handle[F Factory, T cache.Object](s *Set[F], informer func(F) cache.TypedSharedIndexInformer[T], handler Handler[T]) error {
	add := func(cluster string, factory F) (cache.SharedIndexInformer, error) {
		i := informer(factory)
		_, err := i.AddTypedEventHandler(named[T]{handler, cluster})
		return i, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers = append(s.handlers, add)
	var errs []error
	for _, m := range s.members {
		if m.leaving {
			continue
		}
		if err := m.attach(add); err != nil {
			errs = append(errs, err)
			continue
		}
		m.factory.StartWithContext(m.ctx)
	}
	return errors.Join(errs...)
}

// named passes the events of a cluster on with its name.
type named[T cache.Object] struct {
	handler Handler[T]
	cluster string
}

func (n named[T]) OnAdd(obj T, inInitialList bool) { n.handler.OnAdd(n.cluster, obj, inInitialList) }

func (n named[T]) OnUpdate(oldObj, newObj T) { n.handler.OnUpdate(n.cluster, oldObj, newObj) }

func (n named[T]) OnDelete(obj cache.DeletedObject[T]) { n.handler.OnDelete(n.cluster, obj) }

func (n named[T]) OnLeft(obj T) {
	if handler, ok := n.handler.(LeftHandler[T]); ok {
		handler.OnLeft(n.cluster, obj)
	}
}
