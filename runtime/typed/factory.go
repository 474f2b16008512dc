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
	// Namespaces limits the factory to several namespaces, which are listed and watched one by one: whoever runs it needs
	// to be allowed no more than that. It wins over Namespace; cluster-scoped kinds are not concerned.
	Namespaces []string
	// TweakListOptions changes the options of every list and watch before they are sent; may be nil.
	TweakListOptions func(*metav1.ListOptions)
	// CustomListOptions change the options of kinds, after TweakListOptions; see [FactoryOptions.SetListOptions].
	CustomListOptions map[reflect.Type]func(*metav1.ListOptions)
	// DropManagedFields keeps metadata.managedFields, often a third of an object, out of the stores.
	DropManagedFields bool
	// Transform is applied to every object before it is stored; may be nil.
	Transform cache.TransformFunc
	// MutationDetector makes a detector for each informer, named for its kind, that finds out who changes what the stores
	// hold; nil leaves it to the environment variable KUBE_CACHE_MUTATION_DETECTOR. See [cache.NewMutationDetector].
	MutationDetector *cache.MutationDetectorOptions
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

// SetListOptions changes the options of every list and watch of the kinds of these sample objects.
func (o *FactoryOptions[C]) SetListOptions(tweaks map[metav1.Object]func(*metav1.ListOptions)) {
	if o.CustomListOptions == nil {
		o.CustomListOptions = make(map[reflect.Type]func(*metav1.ListOptions), len(tweaks))
	}
	for sample, tweak := range tweaks {
		o.CustomListOptions[reflect.TypeOf(sample)] = tweak
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
	// server is what the informers learn of the server, which is one.
	server cache.Server
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
		f.configure(kind, informer)
		return informer
	})
}

// configure gives an informer of [NewInformer] those of the options that generated code does not pass on. Other informers
// are left as they are. No informer has started, which is the one thing that could refuse it.
func (f *InformerFactory[C, F]) configure(kind reflect.Type, informer cache.SharedIndexInformer) {
	own, ok := informer.(interface {
		Source() any
		SetServer(server *cache.Server) error
	})
	if !ok {
		return
	}
	_ = own.SetServer(&f.server)
	if f.Options.MutationDetector != nil {
		_ = cache.SetMutationDetector(informer, f.Options.MutationDetector.For(kind.String()))
	}
	if source, ok := own.Source().(interface{ configure(func(*InformerOptions)) }); ok {
		source.configure(func(options *InformerOptions) {
			options.Namespaces = f.Options.Namespaces
			options.DropManagedFields = options.DropManagedFields || f.Options.DropManagedFields
			options.tweakKind = f.Options.CustomListOptions[kind]
		})
	}
}

// Use counts a user of one of the factory's informers; see [InformerSet.Use].
func (f *InformerFactory[C, F]) Use(informer cache.SharedIndexInformer) (release func(), err error) {
	return f.set.Use(informer)
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
// ctx ends. The result tells which of them do; its error is a [*cache.SyncError], which says what is wrong with the others.
func (f *InformerFactory[C, F]) WaitForCacheSyncWithContext(ctx context.Context) cache.SyncResult {
	synced, err := f.set.WaitForSync(ctx)
	return cache.SyncResult{Synced: synced, Err: err}
}
