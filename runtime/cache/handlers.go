package cache

// ResourceEventHandler is told what happens to objects. It is called by one goroutine, with one event at a time; what it
// is given is shared with the cache and is read-only.
type ResourceEventHandler interface {
	// OnAdd is called for an object that is new to the handler. isInInitialList is set for those that were there before
	// the handler was.
	OnAdd(obj interface{}, isInInitialList bool)
	// OnUpdate is called for an object that has changed, and at resyncs for those that have not: their resource versions
	// are the same then. Several changes may be told as one.
	OnUpdate(oldObj, newObj interface{})
	// OnDelete is called with the last state of an object that is gone, or with a DeletedFinalStateUnknown where that was
	// not seen.
	OnDelete(obj interface{})
}

// DeletedFinalStateUnknown stands for an object whose deletion was noticed, not seen: after a break the object was no
// longer there. Obj is the last known state, which may be old, or nil.
type DeletedFinalStateUnknown struct {
	Key string
	Obj interface{}
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

// ResourceEventHandlerDetailedFuncs is ResourceEventHandlerFuncs with an AddFunc that is told of the initial list.
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

// FilteringResourceEventHandler tells Handler of the objects for which FilterFunc returns true. An update after which an
// object passes that did not before is told as an addition, the opposite as a deletion.
type FilteringResourceEventHandler struct {
	FilterFunc func(obj interface{}) bool
	Handler    ResourceEventHandler
}

// OnAdd tells of an object that passes.
func (r FilteringResourceEventHandler) OnAdd(obj interface{}, isInInitialList bool) {
	if r.FilterFunc(obj) {
		r.Handler.OnAdd(obj, isInInitialList)
	}
}

// OnUpdate tells of an object that passes now, before, or both.
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

// OnDelete tells of an object that passed. FilterFunc is given the DeletedFinalStateUnknown where there is one.
func (r FilteringResourceEventHandler) OnDelete(obj interface{}) {
	if r.FilterFunc(obj) {
		r.Handler.OnDelete(obj)
	}
}

// untypedHandler is a ResourceEventHandler as the core calls it.
type untypedHandler[T any] struct{ ResourceEventHandler }

func (h untypedHandler[T]) OnAdd(obj T, inInitialList bool) {
	h.ResourceEventHandler.OnAdd(obj, inInitialList)
}

func (h untypedHandler[T]) OnUpdate(old, obj T) { h.ResourceEventHandler.OnUpdate(old, obj) }

func (h untypedHandler[T]) OnDelete(key string, obj T, unknown, hasObject bool) {
	h.ResourceEventHandler.OnDelete(deletedObject(key, obj, unknown, hasObject))
}

// deletedObject is what an untyped delete handler is given.
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

// Object is what typed handlers handle: anything with a name. API types are, as pointers.
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

// DeletedObject is what typed delete handlers get. Its methods tell which object is gone in any case.
type DeletedObject[T Object] struct {
	// OptionalObj is the last known state; the zero value where FinalStateUnknown holds none.
	OptionalObj T
	// FinalStateUnknown is set where the deletion was noticed, not seen: OptionalObj may then be old, or missing.
	FinalStateUnknown *DeletedFinalStateUnknown
}

// GetObjectName returns namespace and name.
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

// GetNamespace returns the namespace, "" for a cluster-scoped object.
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

// TypedResourceEventHandlerDetailedFuncs is TypedResourceEventHandlerFuncs with an AddFunc that is told of the initial
// list.
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
// known last state passes: whether the object did cannot be told, and a deletion too many is harmless.
type TypedFilteringResourceEventHandler[T Object] struct {
	FilterFunc func(obj T) bool
	Handler    TypedResourceEventHandler[T]
}

// OnAdd tells of an object that passes.
func (r TypedFilteringResourceEventHandler[T]) OnAdd(obj T, isInInitialList bool) {
	if r.FilterFunc(obj) {
		r.Handler.OnAdd(obj, isInInitialList)
	}
}

// OnUpdate tells of an object that passes now, before, or both.
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

// OnDelete tells of an object that passed.
func (r TypedFilteringResourceEventHandler[T]) OnDelete(obj DeletedObject[T]) {
	stateless := obj.FinalStateUnknown != nil && obj.FinalStateUnknown.Obj == nil
	if stateless || r.FilterFunc(obj.OptionalObj) {
		r.Handler.OnDelete(obj)
	}
}

// typedHandler is a TypedResourceEventHandler as the core calls it.
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
