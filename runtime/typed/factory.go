package typed

import (
	"context"
	"reflect"
	"sync"
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

	lock sync.Mutex
	// informers holds every informer that was asked for, started those of them that run.
	informers map[reflect.Type]cache.SharedIndexInformer
	started   map[reflect.Type]bool
	// autoStart is the context of the last Start, for informers that start on their own.
	autoStart    context.Context
	running      sync.WaitGroup
	shuttingDown bool
}

// InformerName returns the name that the informers have in metrics, or nil.
func (f *InformerFactory[C, F]) InformerName() *cache.InformerName { return f.Options.InformerName }

// InformerFor returns the factory's informer for the Go type of obj, made by newFunc when there is none yet. A transform
// of the options is set on it, which newFunc's own informer must still allow.
func (f *InformerFactory[C, F]) InformerFor(obj runtime.Object, newFunc F) cache.SharedIndexInformer {
	f.lock.Lock()
	defer f.lock.Unlock()

	kind := reflect.TypeOf(obj)
	if informer, ok := f.informers[kind]; ok {
		return informer
	}
	informer := newFunc(f.Options.Client, f.resyncOf(kind))
	if f.Options.Transform != nil {
		// The informer has not started, which is the one thing that could refuse a transform.
		_ = informer.SetTransform(f.Options.Transform)
	}
	if f.informers == nil {
		f.informers = make(map[reflect.Type]cache.SharedIndexInformer)
		f.started = make(map[reflect.Type]bool)
	}
	f.informers[kind] = informer
	if f.autoStart != nil && !f.shuttingDown {
		f.start(f.autoStart, kind)
	}
	return informer
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
	f.lock.Lock()
	defer f.lock.Unlock()

	if f.shuttingDown {
		return
	}
	if f.Options.AutoStart {
		f.autoStart = ctx
	}
	for kind := range f.informers {
		f.start(ctx, kind)
	}
}

// start runs an informer unless it runs; f.lock is held.
func (f *InformerFactory[C, F]) start(ctx context.Context, kind reflect.Type) {
	if f.started[kind] {
		return
	}
	f.started[kind] = true
	informer := f.informers[kind]
	f.running.Go(func() { informer.RunWithContext(ctx) })
}

// Shutdown keeps further informers from being started and waits for those that run to end: end their contexts before,
// or meanwhile. It may be called many times, also at once; every call waits.
func (f *InformerFactory[C, F]) Shutdown() {
	f.lock.Lock()
	f.shuttingDown = true
	f.lock.Unlock()

	f.running.Wait()
	f.Options.InformerName.Release()
}

// WaitForCacheSync is WaitForCacheSyncWithContext with a channel in place of the context, and without the error.
func (f *InformerFactory[C, F]) WaitForCacheSync(stopCh <-chan struct{}) map[reflect.Type]bool {
	return f.WaitForCacheSyncWithContext(wait.ContextForChannel(stopCh)).Synced
}

// WaitForCacheSyncWithContext waits until the informers that were started hold everything that the server had, or until
// ctx ends. The result tells which of them do.
func (f *InformerFactory[C, F]) WaitForCacheSyncWithContext(ctx context.Context) cache.SyncResult {
	informers := f.runningInformers()
	checkers := make([]cache.DoneChecker, 0, len(informers))
	for _, informer := range informers {
		checkers = append(checkers, informer.HasSyncedChecker())
	}
	cache.WaitFor(ctx, "", checkers...)

	result := cache.SyncResult{Synced: make(map[reflect.Type]bool, len(informers))}
	for kind, informer := range informers {
		synced := informer.HasSynced()
		result.Synced[kind] = synced
		if !synced {
			result.Err = context.Cause(ctx)
		}
	}
	return result
}

func (f *InformerFactory[C, F]) runningInformers() map[reflect.Type]cache.SharedIndexInformer {
	f.lock.Lock()
	defer f.lock.Unlock()

	informers := make(map[reflect.Type]cache.SharedIndexInformer, len(f.started))
	for kind := range f.started {
		informers[kind] = f.informers[kind]
	}
	return informers
}
