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

// GenericInformer is an informer with its lister. The generated informers packages have an interface of the same name
// and methods: each value of one is a value of the other.
type GenericInformer = byresource.GenericInformer

// TweakListOptionsFunc changes the options of a list or watch before it is sent.
type TweakListOptionsFunc func(*metav1.ListOptions)

// NewFilteredMetadataInformer returns an informer of a resource's metadata, in one namespace or, with "", in all or none.
// Indexers and tweakListOptions may be nil; a resync period of zero means no resync.
func NewFilteredMetadataInformer(client metadata.Interface, gvr schema.GroupVersionResource, namespace string, resyncPeriod time.Duration, indexers cache.Indexers, tweakListOptions TweakListOptionsFunc) GenericInformer {
	shared := typed.NewInformer[*metav1.PartialObjectMetadata](
		func() typed.ListWatcher[*metav1.PartialObjectMetadataList] {
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
	return byresource.Informer[*metav1.PartialObjectMetadata]{Resource: gvr.GroupResource(), Shared: shared}
}
