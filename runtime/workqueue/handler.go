package workqueue

import (
	"k8s.io/apimachinery/pkg/api/meta"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// EventHandler adds what an informer reports to a PriorityQueue: with LowPriority what comes from the informer's initial list,
// or from a resync, which reports an object that has not changed; with priority zero everything else. It is a
// cache.ResourceEventHandler.
type EventHandler[T comparable] struct {
	queue *PriorityQueue[T]
	keyOf func(obj any) (T, error)
}

// NewEventHandler returns a handler that adds the keys of objects, as cache.DeletionHandlingMetaNamespaceKeyFunc makes them. A
// deleted object may come in a tombstone. An object without a key is reported and not added.
func NewEventHandler[T comparable](queue *PriorityQueue[T], keyOf func(obj any) (T, error)) *EventHandler[T] {
	return &EventHandler[T]{queue: queue, keyOf: keyOf}
}

// OnAdd adds an object that is new to the informer.
func (h *EventHandler[T]) OnAdd(obj any, isInInitialList bool) {
	h.add(obj, isInInitialList)
}

// OnUpdate adds an object that has changed, or has not.
func (h *EventHandler[T]) OnUpdate(oldObj, newObj any) {
	before, err1 := meta.Accessor(oldObj)
	after, err2 := meta.Accessor(newObj)
	h.add(newObj, err1 == nil && err2 == nil && before.GetResourceVersion() == after.GetResourceVersion())
}

// OnDelete adds an object that is gone.
func (h *EventHandler[T]) OnDelete(obj any) {
	h.add(obj, false)
}

func (h *EventHandler[T]) add(obj any, low bool) {
	key, err := h.keyOf(obj)
	if err != nil {
		utilruntime.HandleError(err)
		return
	}
	var options AddOptions
	if low {
		options.Priority = LowPriority
	}
	h.queue.AddWithOptions(options, key)
}
