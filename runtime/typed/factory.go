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

// FactoryOptions are the options that the informers of a factory share. C is the clientset's interface.
type FactoryOptions[C any] struct {
	// Client is passed to the functions that create informers.
	Client C
	// DefaultResync is the resync period of kinds that are not in CustomResync; zero means no resync.
	DefaultResync time.Duration
	// CustomResync holds resync periods by kind; see [FactoryOptions.SetResync].
	CustomResync map[reflect.Type]time.Duration
	// Namespace limits the factory to one namespace; empty means all.
	Namespace string
	// Namespaces limits the factory to several namespaces, and lists and watches each of them on its own, so that it
	// needs no permission for others. It takes precedence over Namespace and has no effect on cluster-scoped kinds.
	Namespaces []string
	// TweakListOptions changes the options of every list and watch before they are sent; may be nil.
	TweakListOptions func(*metav1.ListOptions)
	// CustomListOptions change the options by kind, after TweakListOptions; see [FactoryOptions.SetListOptions].
	CustomListOptions map[reflect.Type]func(*metav1.ListOptions)
	// Transform is applied to every object before it is stored; may be nil.
	Transform cache.TransformFunc
	// MutationDetector adds a detector, named after its kind, to each informer; it finds code that changes cached
	// objects. If it is nil, the environment variable KUBE_CACHE_MUTATION_DETECTOR decides. See
	// [cache.NewMutationDetector].
	MutationDetector *cache.MutationDetectorOptions
	// InformerName names the informers in metrics, and Shutdown releases it; nil publishes no metrics.
	InformerName *cache.InformerName
	// AutoStart starts informers as soon as InformerFor creates them, once the factory has been started.
	AutoStart bool

	// ShardedKinds, if it is not empty, are the only kinds to which Shards applies; see [FactoryOptions.SetShards].
	ShardedKinds map[reflect.Type]bool

	// FollowOptions apply to every informer. If Server is nil, the informers of the factory share one.
	cache.FollowOptions
}

// SetResync sets the resync periods of the kinds of these sample objects.
func (o *FactoryOptions[C]) SetResync(periods map[metav1.Object]time.Duration) {
	if o.CustomResync == nil {
		o.CustomResync = make(map[reflect.Type]time.Duration, len(periods))
	}
	for sample, period := range periods {
		o.CustomResync[reflect.TypeOf(sample)] = period
	}
}

// SetListOptions sets functions that change the options of every list and watch of the kinds of these sample objects.
func (o *FactoryOptions[C]) SetListOptions(tweaks map[metav1.Object]func(*metav1.ListOptions)) {
	if o.CustomListOptions == nil {
		o.CustomListOptions = make(map[reflect.Type]func(*metav1.ListOptions), len(tweaks))
	}
	for sample, tweak := range tweaks {
		o.CustomListOptions[reflect.TypeOf(sample)] = tweak
	}
}

// SetShards limits the informers to the objects that this process holds; see [cache.Shards]. With sample objects, it applies to their
// kinds only.
func (o *FactoryOptions[C]) SetShards(shards cache.Shards, samples ...runtime.Object) {
	o.Shards, o.ShardedKinds = shards, make(map[reflect.Type]bool, len(samples))
	for _, sample := range samples {
		o.ShardedKinds[reflect.TypeOf(sample)] = true
	}
}

// InformerFactory is the body of a generated informer factory: it creates at most one informer a Go type, and starts
// and stops them. C is the clientset's interface, F the generated NewInformerFunc; a generated factory embeds an
// InformerFactory and adds its groups.
//
// The zero value is usable once Options is set; do not change Options after the first InformerFor. All methods are safe
// for concurrent use. An InformerFactory must not be copied.
type InformerFactory[C any, F ~func(C, time.Duration) cache.SharedIndexInformer] struct {
	Options FactoryOptions[C]

	set InformerSet[reflect.Type]
	// server holds what the informers know about the server that they share.
	server cache.Server
}

// InformerName returns the name of the informers in metrics, or nil.
func (f *InformerFactory[C, F]) InformerName() *cache.InformerName { return f.Options.InformerName }

// SharedOptions returns the factory's options for the informer of the Go type of obj. What newFunc of InformerFor creates
// should have them.
func (f *InformerFactory[C, F]) SharedOptions(obj runtime.Object) SharedOptions {
	kind := reflect.TypeOf(obj)
	options := SharedOptions{
		TweakKindListOptions: f.Options.CustomListOptions[kind],
		Namespaces:           f.Options.Namespaces,
		MutationDetector:     f.Options.MutationDetector.For(kind.String()),
		FollowOptions:        f.Options.FollowOptions,
	}
	if options.Server == nil {
		options.Server = &f.server
	}
	if len(f.Options.ShardedKinds) > 0 && !f.Options.ShardedKinds[kind] {
		options.Shards = nil
	}
	return options
}

// InformerFor returns the factory's informer for the Go type of obj, and creates it with newFunc if there is none yet.
// It sets the transform of the options on a new informer. The other options reach it if newFunc uses SharedOptions,
// as generated code does.
func (f *InformerFactory[C, F]) InformerFor(obj runtime.Object, newFunc F) cache.SharedIndexInformer {
	kind := reflect.TypeOf(obj)
	return f.set.For(kind, func() cache.SharedIndexInformer {
		informer := newFunc(f.Options.Client, f.resyncOf(kind))
		if f.Options.Transform != nil {
			// Only a started informer refuses a transform.
			_ = informer.SetTransform(f.Options.Transform)
		}
		return informer
	})
}

// Informers returns all informers that InformerFor has created, in no particular order.
func (f *InformerFactory[C, F]) Informers() []cache.SharedIndexInformer { return f.set.Informers() }

// Use registers a user of one of the factory's informers; see [InformerSet.Use].
func (f *InformerFactory[C, F]) Use(informer cache.SharedIndexInformer) (release func(), err error) {
	return f.set.Use(informer)
}

func (f *InformerFactory[C, F]) resyncOf(kind reflect.Type) time.Duration {
	if period, ok := f.Options.CustomResync[kind]; ok {
		return period
	}
	return f.Options.DefaultResync
}

// Start is StartWithContext with a channel instead of the context.
func (f *InformerFactory[C, F]) Start(stopCh <-chan struct{}) {
	f.StartWithContext(wait.ContextForChannel(stopCh))
}

// StartWithContext starts every informer that does not run, and returns at once. Each runs in its own goroutine until
// ctx ends. Informers that InformerFor creates later need another call, unless AutoStart is set. After Shutdown, it
// does nothing.
func (f *InformerFactory[C, F]) StartWithContext(ctx context.Context) {
	f.set.Start(ctx, f.Options.AutoStart)
}

// Shutdown prevents further starts and waits for the running informers to end: end their contexts before it, or
// meanwhile. It may be called many times, also concurrently; every call waits.
func (f *InformerFactory[C, F]) Shutdown() {
	f.set.Shutdown()
	f.Options.InformerName.Release()
}

// WaitForCacheSync is WaitForCacheSyncWithContext with a channel instead of the context, and without the error.
func (f *InformerFactory[C, F]) WaitForCacheSync(stopCh <-chan struct{}) map[reflect.Type]bool {
	return f.WaitForCacheSyncWithContext(wait.ContextForChannel(stopCh)).Synced
}

// WaitForCacheSyncWithContext waits until the started informers have synced or ctx ends. The result says which of them
// have; its error is a [*cache.SyncError] that says what is wrong with the others.
func (f *InformerFactory[C, F]) WaitForCacheSyncWithContext(ctx context.Context) cache.SyncResult {
	synced, err := f.set.WaitForSync(ctx)
	return cache.SyncResult{Synced: synced, Err: err}
}
