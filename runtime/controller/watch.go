package controller

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
	"github.com/typewright/typewright/runtime/workqueue"
)

// Watch has changes of another kind ask for reconciles.
type Watch struct {
	// Informer is that of the other kind.
	Informer cache.SharedInformer
	// Keys returns the objects to reconcile when obj changes. It is called with the old and the new state. Nil means the object
	// that controls obj.
	Keys func(obj metav1.Object) []cache.ObjectName
}

// Owns asks for a reconcile of the owner when an object changes that it controls (metav1.NewControllerRef). The owner is found
// in the cache by its name and its UID, so an object that belongs to another kind does no harm.
func Owns(informer cache.SharedInformer) Watch { return Watch{Informer: informer} }

// Maps asks for a reconcile of what keys returns when an object changes. It is called with the old and the new state.
func Maps[O typed.Object](informer cache.TypedSharedIndexInformer[O], keys func(obj O) []cache.ObjectName) Watch {
	return Watch{Informer: informer, Keys: func(obj metav1.Object) []cache.ObjectName {
		return keys(obj.(O)) //nolint:forcetypeassert // the informer's type
	}}
}

// handler adds keys to the queue of a run. What is not urgent gets a low priority: the initial list and resyncs.
type handler struct {
	queue queue
	keys  func(obj metav1.Object) []cache.ObjectName
	// deleted is called with deleted objects; may be nil.
	deleted func(obj metav1.Object)
}

func (h handler) OnAdd(obj any, isInInitialList bool) { h.add(isInInitialList, obj) }

func (h handler) OnUpdate(oldObj, newObj any) {
	before, ok1 := oldObj.(metav1.Object)
	after, ok2 := newObj.(metav1.Object)
	h.add(ok1 && ok2 && before.GetResourceVersion() == after.GetResourceVersion(), oldObj, newObj)
}

func (h handler) OnDelete(obj any) {
	if tombstone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
		obj = tombstone.Obj
	}
	if obj, ok := obj.(metav1.Object); ok && h.deleted != nil {
		h.deleted(obj)
	}
	h.add(false, obj)
}

func (h handler) add(low bool, objs ...any) {
	var add workqueue.AddOptions
	if low {
		add.Priority = workqueue.LowPriority
	}
	for _, obj := range objs {
		if obj, ok := obj.(metav1.Object); ok {
			h.queue.AddWithOptions(add, h.keys(obj)...)
		}
	}
}

// addHandlers adds the handlers of a run, and returns what removes those that were added.
func (c *Controller[T]) addHandlers(q queue) (remove func(), err error) {
	var removals []func() error
	remove = func() {
		for _, removal := range removals {
			_ = removal() // the handler is one of the informer's
		}
	}
	own := Watch{Informer: c.opts.For, Keys: func(obj metav1.Object) []cache.ObjectName {
		return []cache.ObjectName{cache.MetaObjectToName(obj)}
	}}
	for i, watch := range append([]Watch{own}, c.opts.Watches...) {
		if watch.Keys == nil {
			watch.Keys = c.ownerOf
		}
		handles := handler{queue: q, keys: watch.Keys}
		if i == 0 {
			handles.deleted = c.noteDeleted
		}
		handle, err := watch.Informer.AddEventHandlerWithOptions(handles, cache.HandlerOptions{Name: "controller " + c.opts.Name})
		if err != nil {
			return remove, err
		}
		removals = append(removals, func() error { return cache.ShutDownEventHandler(watch.Informer, handle) })
	}
	return remove, nil
}

// ownerOf returns the object in the cache that controls obj. One that is not there yet, or not any more, needs no key: its own
// addition or deletion is one.
func (c *Controller[T]) ownerOf(obj metav1.Object) []cache.ObjectName {
	ref := metav1.GetControllerOfNoCopy(obj)
	if ref == nil {
		return nil
	}
	for _, key := range []cache.ObjectName{{Namespace: obj.GetNamespace(), Name: ref.Name}, {Name: ref.Name}} {
		owner, exists, err := c.opts.For.GetStore().GetByKey(key.String())
		if err == nil && exists && owner.(T).GetUID() == ref.UID { //nolint:forcetypeassert // the informer's type
			return []cache.ObjectName{key}
		}
	}
	return nil
}
