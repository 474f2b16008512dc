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

// GenericInformer is an informer with its lister. The generated informers packages have an interface of the same name
// and methods: each value of one is a value of the other.
type GenericInformer = byresource.GenericInformer

// TweakListOptionsFunc changes the options of a list or watch before it is sent.
type TweakListOptionsFunc func(*metav1.ListOptions)

// NewFilteredDynamicInformer returns an informer of a resource, in one namespace or, with "", in all or none. Indexers and
// tweakListOptions may be nil; a resync period of zero means no resync.
func NewFilteredDynamicInformer(client dynamic.Interface, gvr schema.GroupVersionResource, namespace string, resyncPeriod time.Duration, indexers cache.Indexers, tweakListOptions TweakListOptionsFunc) GenericInformer {
	shared := typed.NewInformer[*unstructured.Unstructured](
		func() typed.ListWatcher[*unstructured.UnstructuredList] {
			return client.Resource(gvr).Namespace(namespace)
		},
		typed.InformerOptions{
			Client:           client,
			ResyncPeriod:     resyncPeriod,
			Indexers:         indexers,
			Description:      gvr.String(),
			TweakListOptions: tweakListOptions,
		},
	)
	return byresource.Informer[*unstructured.Unstructured]{Resource: gvr.GroupResource(), Shared: shared}
}
