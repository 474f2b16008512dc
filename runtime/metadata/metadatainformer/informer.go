package metadatainformer

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/byresource"
	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/typed"
)

// SharedInformerFactory shares informers, at most one a resource. It is safe for concurrent use. The factories of this
// package also have StartWithContext(ctx) and WaitForCacheSyncWithContext(ctx).
type SharedInformerFactory interface {
	// Start starts every informer that does not run, and returns at once. Each runs until stopCh is closed. Informers
	// that ForResource creates later need another call.
	Start(stopCh <-chan struct{})
	// ForResource returns the informer of a resource; it runs once Start is called.
	ForResource(gvr schema.GroupVersionResource) GenericInformer
	// WaitForCacheSync waits until the started informers have synced or stopCh is closed, and returns which of them
	// have.
	WaitForCacheSync(stopCh <-chan struct{}) map[schema.GroupVersionResource]bool
	// Shutdown prevents further starts and waits for the running informers to end: close their channels before it, or
	// meanwhile. It may be called many times, also concurrently; every call waits.
	Shutdown()
}

// SharedInformerOption is an option of a factory.
type SharedInformerOption func(*metadataSharedInformerFactory) *metadataSharedInformerFactory

// WithTransform applies a transform to every object before it is stored.
func WithTransform(transform cache.TransformFunc) SharedInformerOption {
	return func(factory *metadataSharedInformerFactory) *metadataSharedInformerFactory {
		factory.Transform = transform
		return factory
	}
}

// WithAutoStart starts informers as soon as ForResource creates them, once the factory has been started.
func WithAutoStart() SharedInformerOption {
	return func(factory *metadataSharedInformerFactory) *metadataSharedInformerFactory {
		factory.AutoStart = true
		return factory
	}
}

// WithMutationDetector adds a detector to each informer that finds code that changes cached objects. Without it, the
// environment variable KUBE_CACHE_MUTATION_DETECTOR decides. See cache.NewMutationDetector.
func WithMutationDetector(options cache.MutationDetectorOptions) SharedInformerOption {
	return func(factory *metadataSharedInformerFactory) *metadataSharedInformerFactory {
		factory.MutationDetector = &options
		return factory
	}
}

// WithShards limits the informers to the objects that this process holds; see cache.Shards. With resources, it applies to them only.
func WithShards(shards cache.Shards, resources ...schema.GroupVersionResource) SharedInformerOption {
	return func(factory *metadataSharedInformerFactory) *metadataSharedInformerFactory {
		factory.Shards, factory.ShardedResources = shards, resources
		return factory
	}
}

// core is embedded, so that the embedded field is not exported.
type core = byresource.Factory[*metav1.PartialObjectMetadata]

type metadataSharedInformerFactory struct {
	core
}

var _ SharedInformerFactory = (*metadataSharedInformerFactory)(nil)

// NewSharedInformerFactory returns a factory of informers for all namespaces. A resync period of zero means no resync.
func NewSharedInformerFactory(client metadata.Interface, defaultResync time.Duration) SharedInformerFactory {
	return NewFilteredSharedInformerFactory(client, defaultResync, metav1.NamespaceAll, nil)
}

// NewSharedInformerFactoryWithOptions is NewSharedInformerFactory with options.
func NewSharedInformerFactoryWithOptions(client metadata.Interface, defaultResync time.Duration, options ...SharedInformerOption) SharedInformerFactory {
	factory := newFactory(client, byresource.Options{DefaultResync: defaultResync})
	for _, option := range options {
		factory = option(factory)
	}
	return factory
}

// NewFilteredSharedInformerFactory returns a factory of informers for one namespace, or with "" for all.
// tweakListOptions, which may be nil, changes the options of their lists and watches.
func NewFilteredSharedInformerFactory(client metadata.Interface, defaultResync time.Duration, namespace string, tweakListOptions TweakListOptionsFunc) SharedInformerFactory {
	return newFactory(client, byresource.Options{DefaultResync: defaultResync, Namespace: namespace, TweakListOptions: tweakListOptions})
}

func newFactory(client metadata.Interface, options byresource.Options) *metadataSharedInformerFactory {
	return &metadataSharedInformerFactory{core{
		Options: options,
		New: func(gvr schema.GroupVersionResource, namespace string, options typed.InformerOptions) GenericInformer {
			return newInformer(client, gvr, namespace, options)
		},
	}}
}

// GenericInformer is an informer with its lister. It has the methods of the GenericInformer in generated informers
// packages, so their values are interchangeable.
type GenericInformer = byresource.GenericInformer

// TweakListOptionsFunc changes the options of a list or watch before it is sent.
type TweakListOptionsFunc func(*metav1.ListOptions)

// NewFilteredMetadataInformer returns an informer of a resource's metadata, in one namespace, or with "" in all or
// cluster-scoped. Indexers and tweakListOptions may be nil; a resync period of zero means no resync.
func NewFilteredMetadataInformer(client metadata.Interface, gvr schema.GroupVersionResource, namespace string, resyncPeriod time.Duration, indexers cache.Indexers, tweakListOptions TweakListOptionsFunc) GenericInformer {
	return newInformer(client, gvr, namespace, typed.InformerOptions{
		ResyncPeriod: resyncPeriod, Indexers: indexers, TweakListOptions: tweakListOptions,
	})
}

func newInformer(client metadata.Interface, gvr schema.GroupVersionResource, namespace string, options typed.InformerOptions) GenericInformer {
	options.Client, options.Resource, options.Description = client, gvr, gvr.String()
	shared := typed.NewInformer[*metav1.PartialObjectMetadata](
		func() typed.ListWatcher[*metav1.PartialObjectMetadataList] {
			return client.Resource(gvr).Namespace(namespace)
		},
		options,
	)
	return byresource.Informer[*metav1.PartialObjectMetadata]{Resource: gvr.GroupResource(), Shared: shared}
}
