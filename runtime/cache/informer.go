package cache

import (
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
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
	// Logger is for what goes wrong; nil means klog's.
	Logger *klog.Logger
	// Identifier names the informer in metrics; the zero value publishes none.
	Identifier InformerNameAndResource
	// InformerMetricsProvider makes the metrics; nil means the process's.
	InformerMetricsProvider InformerMetricsProvider
}

// NewInformerWithOptions returns a store and the controller that fills it and calls one handler, in the controller's own
// goroutine. Most programs want a SharedInformer instead.
func NewInformerWithOptions(options InformerOptions) (Store, Controller) {
	store := NewIndexer(DeletionHandlingMetaNamespaceKeyFunc, options.Indexers)
	queue := NewDeltaFIFOWithOptions(DeltaFIFOOptions{
		KnownObjects:          store,
		EmitDeltaTypeReplaced: true,
		Transformer:           options.Transform,
		Logger:                options.Logger,
	})
	return store, New(&Config{
		Queue:            queue,
		ListerWatcher:    options.ListerWatcher,
		ObjectType:       options.ObjectType,
		FullResyncPeriod: options.ResyncPeriod,
		MinWatchTimeout:  options.MinWatchTimeout,
		Process: func(obj interface{}, isInInitialList bool) error {
			deltas, ok := obj.(Deltas)
			if !ok {
				return errors.New("object given as Process argument is not Deltas")
			}
			return processDeltas(options.Handler, store, deltas, isInInitialList)
		},
	})
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
