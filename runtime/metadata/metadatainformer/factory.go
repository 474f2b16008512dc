package metadatainformer

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/byresource"
	"github.com/typewright/typewright/runtime/metadata"
)

// SharedInformerFactory shares informers, at most one a resource. It is safe for use by many goroutines at once. The
// factories of this package have StartWithContext(ctx) and WaitForCacheSyncWithContext(ctx) as well.
type SharedInformerFactory interface {
	// Start starts every informer that was asked for and does not run yet, and returns at once. Each runs until stopCh
	// is closed. Informers asked for later need another call.
	Start(stopCh <-chan struct{})
	// ForResource returns the informer of a resource; it runs once Start is called.
	ForResource(gvr schema.GroupVersionResource) GenericInformer
	// WaitForCacheSync waits until the informers that were started hold everything that the server had, or until stopCh
	// is closed, and tells which of them do.
	WaitForCacheSync(stopCh <-chan struct{}) map[schema.GroupVersionResource]bool
	// Shutdown keeps further informers from being started and waits for those that run to end: close their channels
	// before, or meanwhile. It may be called many times, also at once; every call waits.
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

// WithAutoStart starts an informer as soon as it is asked for, once the factory has been started.
func WithAutoStart() SharedInformerOption {
	return func(factory *metadataSharedInformerFactory) *metadataSharedInformerFactory {
		factory.AutoStart = true
		return factory
	}
}

// WithMutationDetector finds out who changes what the stores hold. Without it the environment variable
// KUBE_CACHE_MUTATION_DETECTOR does the same. See cache.NewMutationDetector.
func WithMutationDetector(options cache.MutationDetectorOptions) SharedInformerOption {
	return func(factory *metadataSharedInformerFactory) *metadataSharedInformerFactory {
		factory.MutationDetector = &options
		return factory
	}
}

// core embeds the body of such factories.
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
	factory := newFactory(client, defaultResync, metav1.NamespaceAll, nil)
	for _, option := range options {
		factory = option(factory)
	}
	return factory
}

// NewFilteredSharedInformerFactory returns a factory of informers for one namespace or, with "", for all, whose lists
// and watches are sent with the changed options; tweakListOptions may be nil.
func NewFilteredSharedInformerFactory(client metadata.Interface, defaultResync time.Duration, namespace string, tweakListOptions TweakListOptionsFunc) SharedInformerFactory {
	return newFactory(client, defaultResync, namespace, tweakListOptions)
}

func newFactory(client metadata.Interface, resync time.Duration, namespace string, tweak TweakListOptionsFunc) *metadataSharedInformerFactory {
	return &metadataSharedInformerFactory{core{New: func(gvr schema.GroupVersionResource) GenericInformer {
		byNamespace := cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc}
		return NewFilteredMetadataInformer(client, gvr, namespace, resync, byNamespace, tweak)
	}}}
}
