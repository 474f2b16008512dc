package dynamicinformer

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/internal/byresource"
)

// DynamicSharedInformerFactory shares informers, at most one a resource. It is safe for use by many goroutines at once.
type DynamicSharedInformerFactory interface {
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

// NewDynamicSharedInformerFactory returns a factory of informers for all namespaces. A resync period of zero means no
// resync.
func NewDynamicSharedInformerFactory(client dynamic.Interface, defaultResync time.Duration) DynamicSharedInformerFactory {
	return NewFactory(client, Options{DefaultResync: defaultResync})
}

// NewFilteredDynamicSharedInformerFactory returns a factory of informers for one namespace or, with "", for all, whose
// lists and watches are sent with the changed options; tweakListOptions may be nil.
func NewFilteredDynamicSharedInformerFactory(client dynamic.Interface, defaultResync time.Duration, namespace string, tweakListOptions TweakListOptionsFunc) DynamicSharedInformerFactory {
	return NewFactory(client, Options{DefaultResync: defaultResync, Namespace: namespace, TweakListOptions: tweakListOptions})
}

// Options are what the informers of a factory share. The zero value is useful.
type Options struct {
	// DefaultResync is the time between two replays of a store to each handler; zero means none.
	DefaultResync time.Duration
	// Namespace limits the informers to one namespace; empty means all.
	Namespace string
	// TweakListOptions changes the options of every list and watch before it is sent; may be nil.
	TweakListOptions func(*metav1.ListOptions)
	// Transform is applied to every object before it is stored; may be nil.
	Transform cache.TransformFunc
	// MutationDetector makes a detector for each informer, that finds out who changes what the stores hold; nil leaves it to
	// the environment variable KUBE_CACHE_MUTATION_DETECTOR. See cache.NewMutationDetector.
	MutationDetector *cache.MutationDetectorOptions
	// AutoStart starts an informer as soon as it is asked for, once the factory has been started.
	AutoStart bool
}

// factory embeds the core of such factories without showing a field.
type factory = byresource.Factory[*unstructured.Unstructured]

// Factory is a [DynamicSharedInformerFactory] that takes contexts as well: StartWithContext, WaitForCacheSyncWithContext.
type Factory struct {
	factory
}

var _ DynamicSharedInformerFactory = (*Factory)(nil)

// NewFactory returns a factory of informers over the client.
func NewFactory(client dynamic.Interface, options Options) *Factory {
	return &Factory{factory{
		New: func(gvr schema.GroupVersionResource) GenericInformer {
			byNamespace := cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc}
			return NewFilteredDynamicInformer(client, gvr, options.Namespace, options.DefaultResync, byNamespace, options.TweakListOptions)
		},
		Transform:        options.Transform,
		MutationDetector: options.MutationDetector,
		AutoStart:        options.AutoStart,
	}}
}
