package cache

import (
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// InformerOptions are the options of NewInformerWithOptions.
type InformerOptions struct {
	// ListerWatcher lists and watches; required.
	ListerWatcher ListerWatcher
	// ObjectType is an object of the type that is expected; required.
	ObjectType runtime.Object
	// Handler is told of changes; required.
	Handler ResourceEventHandler
	// ResyncPeriod is the time between two calls of the handler with everything that is stored; zero means none.
	ResyncPeriod time.Duration
	// MinWatchTimeout is that of the reflector.
	MinWatchTimeout time.Duration
	// Indexers of the store; with none the store is a plain one.
	Indexers Indexers
	// Transform is applied to objects before they are stored.
	Transform TransformFunc
	// Logger is for what goes wrong; nil means that of the context.
	Logger *klog.Logger
	// Identifier names the informer in metrics; the zero value publishes none.
	Identifier InformerNameAndResource
	// InformerMetricsProvider makes the metrics; nil means the process's.
	InformerMetricsProvider InformerMetricsProvider
}

// NewInformerWithOptions returns a store and the controller that fills it and calls one handler, in the controller's own
// goroutine: a slow handler delays the store. Most programs want a SharedInformer instead. With Indexers the store is an
// Indexer.
func NewInformerWithOptions(options InformerOptions) (Store, Controller) {
	store := NewIndexer(DeletionHandlingMetaNamespaceKeyFunc, options.Indexers)
	observer := newInformerObserver[interface{}](viewOptions{
		identifier: options.Identifier, metrics: options.InformerMetricsProvider, detector: noMutationDetector{},
	})
	c := newController(&Config{
		Queue: newDeltaFIFO(DeltaFIFOOptions{
			KnownObjects:          store,
			EmitDeltaTypeReplaced: true,
			Transformer:           options.Transform,
		}, hooksOf(store, observer)),
		ListerWatcher:    options.ListerWatcher,
		ObjectType:       options.ObjectType,
		FullResyncPeriod: options.ResyncPeriod,
		MinWatchTimeout:  options.MinWatchTimeout,
		Process: func(obj interface{}, isInInitialList bool) error {
			deltas, ok := obj.(Deltas)
			if !ok {
				return errors.New("object given as Process argument is not Deltas")
			}
			if observer != nil {
				defer func(begun time.Time) { observer.Processed(time.Since(begun)) }(time.Now())
			}
			return processDeltas(options.Handler, store, deltas, isInInitialList)
		},
	})
	c.reflector.logger = options.Logger
	return store, c
}

// hooksOf tells store and observer, which may be nil, of the queue.
func hooksOf(store Store, observer core.InformerObserver[interface{}]) queueHooks {
	if observer == nil {
		return queueHooks{reached: store.Bookmark}
	}
	return queueHooks{length: observer.Queued, reached: func(version string) {
		store.Bookmark(version)
		observer.Reached(version)
	}}
}

// processDeltas brings the store up to date with what happened to one object, and then tells the handler.
func processDeltas(handler ResourceEventHandler, store Store, deltas Deltas, isInInitialList bool) error {
	for _, d := range deltas {
		if d.Type == Deleted {
			if err := store.Delete(d.Object); err != nil {
				return fmt.Errorf("delete from the store: %w", err)
			}
			handler.OnDelete(d.Object)
			continue
		}
		old, exists, err := store.Get(d.Object)
		if err == nil {
			err = store.Update(d.Object)
		}
		if err != nil {
			return fmt.Errorf("take over into the store: %w", err)
		}
		if exists {
			handler.OnUpdate(old, d.Object)
		} else {
			handler.OnAdd(d.Object, isInInitialList)
		}
	}
	return nil
}
