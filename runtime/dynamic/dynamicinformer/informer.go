package dynamicinformer

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/internal/byresource"
	"github.com/typewright/typewright/runtime/typed"
)

// DynamicSharedInformerFactory shares informers, at most one a resource. It is safe for concurrent use.
type DynamicSharedInformerFactory interface {
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

// NewDynamicSharedInformerFactory returns a factory of informers for all namespaces. A resync period of zero means no
// resync.
func NewDynamicSharedInformerFactory(client dynamic.Interface, defaultResync time.Duration) DynamicSharedInformerFactory {
	return NewFactory(client, Options{DefaultResync: defaultResync})
}

// NewFilteredDynamicSharedInformerFactory returns a factory of informers for one namespace, or with "" for all.
// tweakListOptions, which may be nil, changes the options of their lists and watches.
func NewFilteredDynamicSharedInformerFactory(client dynamic.Interface, defaultResync time.Duration, namespace string, tweakListOptions TweakListOptionsFunc) DynamicSharedInformerFactory {
	return NewFactory(client, Options{DefaultResync: defaultResync, Namespace: namespace, TweakListOptions: tweakListOptions})
}

// Options are the options that the informers of a factory share. The zero value is usable.
type Options = byresource.Options

// factory is embedded, so that the embedded field is not exported.
type factory = byresource.Factory[*unstructured.Unstructured]

// Factory is a [DynamicSharedInformerFactory] that also takes contexts: StartWithContext, WaitForCacheSyncWithContext.
type Factory struct {
	factory
}

var _ DynamicSharedInformerFactory = (*Factory)(nil)

// NewFactory returns a factory of informers that use the client.
func NewFactory(client dynamic.Interface, options Options) *Factory {
	return &Factory{factory{
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

// NewFilteredDynamicInformer returns an informer of a resource, in one namespace, or with "" in all or cluster-scoped.
// Indexers and tweakListOptions may be nil; a resync period of zero means no resync.
func NewFilteredDynamicInformer(client dynamic.Interface, gvr schema.GroupVersionResource, namespace string, resyncPeriod time.Duration, indexers cache.Indexers, tweakListOptions TweakListOptionsFunc) GenericInformer {
	return newInformer(client, gvr, namespace, typed.InformerOptions{
		ResyncPeriod: resyncPeriod, Indexers: indexers, TweakListOptions: tweakListOptions,
	})
}

func newInformer(client dynamic.Interface, gvr schema.GroupVersionResource, namespace string, options typed.InformerOptions) GenericInformer {
	options.Client, options.Resource, options.Description = client, gvr, gvr.String()
	shared := typed.NewInformer[*unstructured.Unstructured](
		func() typed.ListWatcher[*unstructured.UnstructuredList] {
			return client.Resource(gvr).Namespace(namespace)
		},
		options,
	)
	return byresource.Informer[*unstructured.Unstructured]{Resource: gvr.GroupResource(), Shared: shared}
}
