// Package byresource is the common part of the dynamic and the metadata informers, which are identified by resource
// instead of Go type.
package byresource

import (
	"context"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

// GenericInformer is an informer with its lister. It has the methods of the GenericInformer in generated informers
// packages, so their values are interchangeable.
type GenericInformer interface {
	// Informer returns the informer.
	Informer() cache.SharedIndexInformer
	// Lister returns a lister of its store.
	Lister() cache.GenericLister
}

// Informer is a GenericInformer of a resource whose objects are T.
type Informer[T runtime.Object] struct {
	Resource schema.GroupResource
	Shared   cache.SharedIndexInformer
}

// Informer returns the informer.
func (i Informer[T]) Informer() cache.SharedIndexInformer { return i.Shared }

// Lister returns a lister of its store.
func (i Informer[T]) Lister() cache.GenericLister {
	return Lister[T]{typed.NewLister[T](i.Shared.GetIndexer(), i.Resource)}
}

// Options are the options that the informers of a factory share. The zero value is usable.
type Options struct {
	// DefaultResync is the time between two replays of a store to each handler; zero means no replays.
	DefaultResync time.Duration
	// Namespace limits the informers to one namespace; empty means all.
	Namespace string
	// TweakListOptions changes the options of every list and watch before it is sent; may be nil.
	TweakListOptions func(*metav1.ListOptions)
	// Transform is applied to every object before it is stored; may be nil.
	Transform cache.TransformFunc
	// MutationDetector adds a detector to each informer that finds code that changes cached objects. If it is nil, the
	// environment variable KUBE_CACHE_MUTATION_DETECTOR decides. See cache.NewMutationDetector.
	MutationDetector *cache.MutationDetectorOptions
	// AutoStart starts informers as soon as ForResource creates them, once the factory has been started.
	AutoStart bool

	// ShardedResources, if it is not empty, are the only resources to which Shards applies.
	ShardedResources []schema.GroupVersionResource

	// FollowOptions apply to every informer. If Server is nil, the informers of the factory share one.
	cache.FollowOptions
}

// Factory shares informers, at most one a resource. Its fields must not change after the first ForResource.
type Factory[T runtime.Object] struct {
	Options

	// New creates an informer of a namespace, or with "" of all.
	New func(gvr schema.GroupVersionResource, namespace string, options typed.InformerOptions) GenericInformer

	set    typed.InformerSet[schema.GroupVersionResource]
	server cache.Server
}

// ForResource returns the informer of a resource, and creates it if there is none yet. Start starts it.
func (f *Factory[T]) ForResource(gvr schema.GroupVersionResource) GenericInformer {
	shared := f.set.For(gvr, func() cache.SharedIndexInformer {
		informer := f.New(gvr, f.Namespace, f.informerOptions(gvr)).Informer()
		if f.Transform != nil {
			// Only a started informer refuses a transform.
			_ = informer.SetTransform(f.Transform)
		}
		return informer
	})
	return Informer[T]{Resource: gvr.GroupResource(), Shared: shared}
}

func (f *Factory[T]) informerOptions(gvr schema.GroupVersionResource) typed.InformerOptions {
	options := typed.InformerOptions{
		ResyncPeriod:     f.DefaultResync,
		Indexers:         cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc},
		TweakListOptions: f.TweakListOptions,
		SharedOptions:    typed.SharedOptions{MutationDetector: f.MutationDetector.For(gvr.String()), FollowOptions: f.FollowOptions},
	}
	if options.Server == nil {
		options.Server = &f.server
	}
	if len(f.ShardedResources) > 0 && !slices.Contains(f.ShardedResources, gvr) {
		options.Shards = nil
	}
	return options
}

// Informers returns all informers that ForResource has created, in no particular order.
func (f *Factory[T]) Informers() []cache.SharedIndexInformer { return f.set.Informers() }

// Start is StartWithContext with a channel instead of the context.
func (f *Factory[T]) Start(stopCh <-chan struct{}) {
	f.StartWithContext(wait.ContextForChannel(stopCh))
}

// StartWithContext starts every informer that does not run, and returns at once. Each runs until ctx ends.
func (f *Factory[T]) StartWithContext(ctx context.Context) { f.set.Start(ctx, f.AutoStart) }

// Shutdown prevents further starts and waits for the running informers to end.
func (f *Factory[T]) Shutdown() { f.set.Shutdown() }

// WaitForCacheSync is WaitForCacheSyncWithContext with a channel instead of the context.
func (f *Factory[T]) WaitForCacheSync(stopCh <-chan struct{}) map[schema.GroupVersionResource]bool {
	return f.WaitForCacheSyncWithContext(wait.ContextForChannel(stopCh))
}

// WaitForCacheSyncWithContext waits until the started informers have synced or ctx ends, and returns which of them
// have.
func (f *Factory[T]) WaitForCacheSyncWithContext(ctx context.Context) map[schema.GroupVersionResource]bool {
	return f.set.WaitForCacheSync(ctx)
}

// Lister adapts a typed lister to cache.GenericLister.
type Lister[T runtime.Object] struct {
	typed.Lister[T]
}

// List returns the objects whose labels match.
func (l Lister[T]) List(selector labels.Selector) ([]runtime.Object, error) {
	return Shim[T]{l.Lister}.List(selector)
}

// Get returns an object by its key.
func (l Lister[T]) Get(name string) (runtime.Object, error) { return Shim[T]{l.Lister}.Get(name) }

// ByNamespace returns a lister of one namespace.
func (l Lister[T]) ByNamespace(namespace string) cache.GenericNamespaceLister {
	return Shim[T]{typed.NewNamespaceLister(l.Lister, namespace)}
}

// Shim adapts a lister of T to one of runtime.Object.
type Shim[T runtime.Object] struct {
	lister interface {
		List(selector labels.Selector) ([]T, error)
		Get(name string) (T, error)
	}
}

// NewShim returns a Shim of a lister.
func NewShim[T runtime.Object](lister interface {
	List(selector labels.Selector) ([]T, error)
	Get(name string) (T, error)
},
) Shim[T] {
	return Shim[T]{lister}
}

// List returns the objects whose labels match.
func (s Shim[T]) List(selector labels.Selector) ([]runtime.Object, error) {
	list, err := s.lister.List(selector)
	if err != nil {
		return nil, err
	}
	objs := make([]runtime.Object, len(list))
	for i, obj := range list {
		objs[i] = obj
	}
	return objs, nil
}

// Get returns an object by name. With an error, the object is nil, not an interface that holds a nil pointer.
func (s Shim[T]) Get(name string) (runtime.Object, error) {
	obj, err := s.lister.Get(name)
	if err != nil {
		return nil, err
	}
	return obj, nil
}
