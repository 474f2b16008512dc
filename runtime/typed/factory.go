package typed

import (
	"context"
	"reflect"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/typewright/typewright/runtime/cache"
)

// FactoryOptions are what the informers of a factory share. C is the clientset's interface.
type FactoryOptions[C any] struct {
	// Client is handed to the functions that make informers.
	Client C
	// DefaultResync is the resync period of kinds without one of their own; zero means none.
	DefaultResync time.Duration
	// CustomResync holds resync periods by kind; see [FactoryOptions.SetResync].
	CustomResync map[reflect.Type]time.Duration
	// Namespace limits the factory to one namespace; empty means all.
	Namespace string
	// TweakListOptions changes the options of every list and watch before they are sent; may be nil.
	TweakListOptions func(*metav1.ListOptions)
	// Transform is applied to every object before it is stored; may be nil.
	Transform cache.TransformFunc
	// InformerName names the informers in metrics and is released by Shutdown; nil publishes none.
	InformerName *cache.InformerName
	// AutoStart starts an informer as soon as it is asked for, once the factory has been started.
	AutoStart bool
}

// SetResync gives the kinds of these sample objects resync periods of their own.
func (o *FactoryOptions[C]) SetResync(periods map[metav1.Object]time.Duration) {
	if o.CustomResync == nil {
		o.CustomResync = make(map[reflect.Type]time.Duration, len(periods))
	}
	for sample, period := range periods {
		o.CustomResync[reflect.TypeOf(sample)] = period
	}
}

// InformerFactory is the body of a generated informer factory: at most one informer a Go type, and their life. C is the
// clientset's interface, F the generated NewInformerFunc; a generated factory embeds an InformerFactory and adds its
// groups.
//
// The zero value is ready once Options is set; Options must not change after the first informer was asked for. All
// methods are safe for use by many goroutines at once. An InformerFactory must not be copied.
type InformerFactory[C any, F ~func(C, time.Duration) cache.SharedIndexInformer] struct {
	Options FactoryOptions[C]

	set InformerSet[reflect.Type]
}

// InformerName returns the name that the informers have in metrics, or nil.
func (f *InformerFactory[C, F]) InformerName() *cache.InformerName { return f.Options.InformerName }

// InformerFor returns the factory's informer for the Go type of obj, made by newFunc when there is none yet. A transform
// of the options is set on it.
func (f *InformerFactory[C, F]) InformerFor(obj runtime.Object, newFunc F) cache.SharedIndexInformer {
	kind := reflect.TypeOf(obj)
	return f.set.For(kind, func() cache.SharedIndexInformer {
		informer := newFunc(f.Options.Client, f.resyncOf(kind))
		if f.Options.Transform != nil {
			// The informer has not started, which is the one thing that could refuse a transform.
			_ = informer.SetTransform(f.Options.Transform)
		}
		return informer
	})
}

func (f *InformerFactory[C, F]) resyncOf(kind reflect.Type) time.Duration {
	if period, ok := f.Options.CustomResync[kind]; ok {
		return period
	}
	return f.Options.DefaultResync
}

// Start is StartWithContext with a channel in place of the context.
func (f *InformerFactory[C, F]) Start(stopCh <-chan struct{}) {
	f.StartWithContext(wait.ContextForChannel(stopCh))
}

// StartWithContext starts every informer that was asked for and does not run yet, and returns at once. Each runs in its
// own goroutine until the context ends that it was started with. Informers asked for later need another call, unless
// AutoStart is set. After Shutdown it does nothing.
func (f *InformerFactory[C, F]) StartWithContext(ctx context.Context) {
	f.set.Start(ctx, f.Options.AutoStart)
}

// Shutdown keeps further informers from being started and waits for those that run to end: end their contexts before,
// or meanwhile. It may be called many times, also at once; every call waits.
func (f *InformerFactory[C, F]) Shutdown() {
	f.set.Shutdown()
	f.Options.InformerName.Release()
}

// WaitForCacheSync is WaitForCacheSyncWithContext with a channel in place of the context, and without the error.
func (f *InformerFactory[C, F]) WaitForCacheSync(stopCh <-chan struct{}) map[reflect.Type]bool {
	return f.WaitForCacheSyncWithContext(wait.ContextForChannel(stopCh)).Synced
}

// WaitForCacheSyncWithContext waits until the informers that were started hold everything that the server had, or until
// ctx ends. The result tells which of them do.
func (f *InformerFactory[C, F]) WaitForCacheSyncWithContext(ctx context.Context) cache.SyncResult {
	result := cache.SyncResult{Synced: f.set.WaitForCacheSync(ctx)}
	for _, synced := range result.Synced {
		if !synced {
			result.Err = context.Cause(ctx)
		}
	}
	return result
}
