package cache

import "github.com/typewright/typewright/runtime/cache/internal/core"

// ResourceEventHandler receives the events of an informer. One goroutine calls it, with one event at a time. The objects
// belong to the cache: handlers must not change them.
type ResourceEventHandler interface {
	// OnAdd is called for an object that is new to the handler. isInInitialList is set for the objects of the initial list,
	// and for those in the store when the handler was added.
	OnAdd(obj interface{}, isInInitialList bool)
	// OnUpdate is called for an object that has changed. One call may stand for several changes. It is also called for
	// unchanged objects, in a resync or after a list; the resource versions are then equal.
	OnUpdate(oldObj, newObj interface{})
	// OnDelete is called with the final state of a deleted object, or with a DeletedFinalStateUnknown if the informer has not
	// seen the deletion itself.
	OnDelete(obj interface{})
}

// LeftHandler is implemented by a handler of an informer with Shards that wants to know which objects leave the store because another
// process has them now. They were not deleted. Handlers without OnLeft are not told.
//
// OnLeft is called before another process may have the object, unless this one could not renew its lease in time. It may also be called
// for an object of which the handler has not heard.
type LeftHandler interface {
	OnLeft(obj interface{})
}

// TypedLeftHandler is LeftHandler for objects of one type.
type TypedLeftHandler[T Object] interface {
	OnLeft(obj T)
}

// ResourceEventHandlerFuncs is a ResourceEventHandler made of functions, any of which may be nil.
type ResourceEventHandlerFuncs struct {
	AddFunc    func(obj interface{})
	UpdateFunc func(oldObj, newObj interface{})
	DeleteFunc func(obj interface{})
}

// OnAdd calls AddFunc.
func (r ResourceEventHandlerFuncs) OnAdd(obj interface{}, _ bool) {
	if r.AddFunc != nil {
		r.AddFunc(obj)
	}
}

// OnUpdate calls UpdateFunc.
func (r ResourceEventHandlerFuncs) OnUpdate(oldObj, newObj interface{}) {
	if r.UpdateFunc != nil {
		r.UpdateFunc(oldObj, newObj)
	}
}

// OnDelete calls DeleteFunc.
func (r ResourceEventHandlerFuncs) OnDelete(obj interface{}) {
	if r.DeleteFunc != nil {
		r.DeleteFunc(obj)
	}
}

// ResourceEventHandlerDetailedFuncs is ResourceEventHandlerFuncs whose AddFunc also gets isInInitialList.
type ResourceEventHandlerDetailedFuncs struct {
	AddFunc    func(obj interface{}, isInInitialList bool)
	UpdateFunc func(oldObj, newObj interface{})
	DeleteFunc func(obj interface{})
}

// OnAdd calls AddFunc.
func (r ResourceEventHandlerDetailedFuncs) OnAdd(obj interface{}, isInInitialList bool) {
	if r.AddFunc != nil {
		r.AddFunc(obj, isInInitialList)
	}
}

// OnUpdate calls UpdateFunc.
func (r ResourceEventHandlerDetailedFuncs) OnUpdate(oldObj, newObj interface{}) {
	if r.UpdateFunc != nil {
		r.UpdateFunc(oldObj, newObj)
	}
}

// OnDelete calls DeleteFunc.
func (r ResourceEventHandlerDetailedFuncs) OnDelete(obj interface{}) {
	if r.DeleteFunc != nil {
		r.DeleteFunc(obj)
	}
}

// FilteringResourceEventHandler calls Handler for the objects for which FilterFunc returns true. If an update changes what
// FilterFunc returns, it becomes an addition or a deletion.
type FilteringResourceEventHandler struct {
	FilterFunc func(obj interface{}) bool
	Handler    ResourceEventHandler
}

// OnAdd calls Handler if the object passes the filter.
func (r FilteringResourceEventHandler) OnAdd(obj interface{}, isInInitialList bool) {
	if r.FilterFunc(obj) {
		r.Handler.OnAdd(obj, isInInitialList)
	}
}

// OnUpdate calls Handler if the old object, the new object or both pass the filter.
func (r FilteringResourceEventHandler) OnUpdate(oldObj, newObj interface{}) {
	switch passes, passed := r.FilterFunc(newObj), r.FilterFunc(oldObj); {
	case passes && passed:
		r.Handler.OnUpdate(oldObj, newObj)
	case passes:
		r.Handler.OnAdd(newObj, false)
	case passed:
		r.Handler.OnDelete(oldObj)
	}
}

// OnDelete calls Handler if obj passes the filter. FilterFunc must handle a DeletedFinalStateUnknown.
func (r FilteringResourceEventHandler) OnDelete(obj interface{}) {
	if r.FilterFunc(obj) {
		r.Handler.OnDelete(obj)
	}
}

// OnLeft calls Handler, if it is a LeftHandler, if obj passes the filter.
func (r FilteringResourceEventHandler) OnLeft(obj interface{}) {
	if handler, ok := r.Handler.(LeftHandler); ok && r.FilterFunc(obj) {
		handler.OnLeft(obj)
	}
}

// untypedHandler wraps a ResourceEventHandler as a handler of package core.
type untypedHandler[T any] struct{ ResourceEventHandler }

func (h untypedHandler[T]) OnAdd(obj T, inInitialList bool) {
	h.ResourceEventHandler.OnAdd(obj, inInitialList)
}

func (h untypedHandler[T]) OnUpdate(old, obj T) { h.ResourceEventHandler.OnUpdate(old, obj) }

func (h untypedHandler[T]) OnDelete(key string, obj T, unknown, hasObject bool) {
	h.ResourceEventHandler.OnDelete(deletedObject(key, obj, unknown, hasObject))
}

func (h untypedHandler[T]) OnLeft(obj T) {
	if handler, ok := h.ResourceEventHandler.(LeftHandler); ok {
		handler.OnLeft(obj)
	}
}

// deletedObject returns the argument of OnDelete: the object or a DeletedFinalStateUnknown.
func deletedObject[T any](key string, obj T, unknown, hasObject bool) interface{} {
	switch {
	case !unknown:
		return obj
	case !hasObject:
		return DeletedFinalStateUnknown{Key: key}
	default:
		return DeletedFinalStateUnknown{Key: key, Obj: obj}
	}
}

// Object is the constraint of typed informers and handlers. Pointers to API types satisfy it.
type Object interface {
	GetName() string
	GetNamespace() string
}

// TypedResourceEventHandler is a ResourceEventHandler for objects of one type.
type TypedResourceEventHandler[T Object] interface {
	OnAdd(obj T, isInInitialList bool)
	OnUpdate(oldObj, newObj T)
	OnDelete(obj DeletedObject[T])
}

// DeletedObject is the argument of a typed OnDelete. Its methods identify the object even if its state is not known.
type DeletedObject[T Object] struct {
	// OptionalObj is the last known state of the object; the zero value if none is known.
	OptionalObj T
	// FinalStateUnknown is not nil if the informer has not seen the deletion itself. OptionalObj may then be older than the
	// final state.
	FinalStateUnknown *DeletedFinalStateUnknown
}

// GetObjectName returns the namespace and name.
func (d DeletedObject[T]) GetObjectName() ObjectName {
	var none T
	if d.FinalStateUnknown == nil && any(d.OptionalObj) == any(none) {
		return ObjectName{}
	}
	if d.FinalStateUnknown == nil {
		return ObjectName{Namespace: d.OptionalObj.GetNamespace(), Name: d.OptionalObj.GetName()}
	}
	name, err := ParseObjectName(d.FinalStateUnknown.Key)
	if err != nil {
		return ObjectName{Name: d.FinalStateUnknown.Key}
	}
	return name
}

// GetName returns the name.
func (d DeletedObject[T]) GetName() string { return d.GetObjectName().Name }

// GetNamespace returns the namespace, or "" for a cluster-scoped object.
func (d DeletedObject[T]) GetNamespace() string { return d.GetObjectName().Namespace }

// GetKey returns the key of the object.
func (d DeletedObject[T]) GetKey() string {
	if d.FinalStateUnknown != nil {
		return d.FinalStateUnknown.Key
	}
	return d.GetObjectName().String()
}

// TypedResourceEventHandlerFuncs is a TypedResourceEventHandler made of functions, any of which may be nil.
type TypedResourceEventHandlerFuncs[T Object] struct {
	AddFunc    func(obj T)
	UpdateFunc func(oldObj, newObj T)
	DeleteFunc func(obj DeletedObject[T])
}

// OnAdd calls AddFunc.
func (r TypedResourceEventHandlerFuncs[T]) OnAdd(obj T, _ bool) {
	if r.AddFunc != nil {
		r.AddFunc(obj)
	}
}

// OnUpdate calls UpdateFunc.
func (r TypedResourceEventHandlerFuncs[T]) OnUpdate(oldObj, newObj T) {
	if r.UpdateFunc != nil {
		r.UpdateFunc(oldObj, newObj)
	}
}

// OnDelete calls DeleteFunc.
func (r TypedResourceEventHandlerFuncs[T]) OnDelete(obj DeletedObject[T]) {
	if r.DeleteFunc != nil {
		r.DeleteFunc(obj)
	}
}

// TypedResourceEventHandlerDetailedFuncs is TypedResourceEventHandlerFuncs whose AddFunc also gets isInInitialList.
type TypedResourceEventHandlerDetailedFuncs[T Object] struct {
	AddFunc    func(obj T, isInInitialList bool)
	UpdateFunc func(oldObj, newObj T)
	DeleteFunc func(obj DeletedObject[T])
}

// OnAdd calls AddFunc.
func (r TypedResourceEventHandlerDetailedFuncs[T]) OnAdd(obj T, isInInitialList bool) {
	if r.AddFunc != nil {
		r.AddFunc(obj, isInInitialList)
	}
}

// OnUpdate calls UpdateFunc.
func (r TypedResourceEventHandlerDetailedFuncs[T]) OnUpdate(oldObj, newObj T) {
	if r.UpdateFunc != nil {
		r.UpdateFunc(oldObj, newObj)
	}
}

// OnDelete calls DeleteFunc.
func (r TypedResourceEventHandlerDetailedFuncs[T]) OnDelete(obj DeletedObject[T]) {
	if r.DeleteFunc != nil {
		r.DeleteFunc(obj)
	}
}

// TypedFilteringResourceEventHandler is a FilteringResourceEventHandler for objects of one type. A deletion without a
// known state always passes the filter: nobody knows whether the object did, and an unnecessary deletion does no harm.
type TypedFilteringResourceEventHandler[T Object] struct {
	FilterFunc func(obj T) bool
	Handler    TypedResourceEventHandler[T]
}

// OnAdd calls Handler if the object passes the filter.
func (r TypedFilteringResourceEventHandler[T]) OnAdd(obj T, isInInitialList bool) {
	if r.FilterFunc(obj) {
		r.Handler.OnAdd(obj, isInInitialList)
	}
}

// OnUpdate calls Handler if the old object, the new object or both pass the filter.
func (r TypedFilteringResourceEventHandler[T]) OnUpdate(oldObj, newObj T) {
	switch passes, passed := r.FilterFunc(newObj), r.FilterFunc(oldObj); {
	case passes && passed:
		r.Handler.OnUpdate(oldObj, newObj)
	case passes:
		r.Handler.OnAdd(newObj, false)
	case passed:
		r.Handler.OnDelete(DeletedObject[T]{OptionalObj: oldObj})
	}
}

// OnDelete calls Handler if the last known state passes the filter, or if none is known.
func (r TypedFilteringResourceEventHandler[T]) OnDelete(obj DeletedObject[T]) {
	stateless := obj.FinalStateUnknown != nil && obj.FinalStateUnknown.Obj == nil
	if stateless || r.FilterFunc(obj.OptionalObj) {
		r.Handler.OnDelete(obj)
	}
}

// OnLeft calls Handler, if it is a TypedLeftHandler, if obj passes the filter.
func (r TypedFilteringResourceEventHandler[T]) OnLeft(obj T) {
	if handler, ok := r.Handler.(TypedLeftHandler[T]); ok && r.FilterFunc(obj) {
		handler.OnLeft(obj)
	}
}

// typedHandler wraps a TypedResourceEventHandler as a handler of package core.
type typedHandler[T Object] struct{ TypedResourceEventHandler[T] }

func (h typedHandler[T]) OnDelete(key string, obj T, unknown, hasObject bool) {
	d := DeletedObject[T]{OptionalObj: obj}
	if unknown {
		d.FinalStateUnknown = &DeletedFinalStateUnknown{Key: key}
		if hasObject {
			d.FinalStateUnknown.Obj = obj
		}
	}
	h.TypedResourceEventHandler.OnDelete(d)
}

func (h typedHandler[T]) OnLeft(obj T) {
	if handler, ok := h.TypedResourceEventHandler.(TypedLeftHandler[T]); ok {
		handler.OnLeft(obj)
	}
}

// HandlerStatus says how far a handler is behind.
type HandlerStatus core.HandlerStatus
