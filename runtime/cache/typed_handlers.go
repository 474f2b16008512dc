package cache

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
