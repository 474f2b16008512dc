// Package metadatalister reads the metadata of objects from the indexer of an informer.
package metadatalister

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/byresource"
	"github.com/typewright/typewright/runtime/typed"
)

// Lister reads the metadata of one resource's objects. It is shared: treat it as read-only.
type Lister interface {
	// List returns the objects whose labels match the selector, in no particular order.
	List(selector labels.Selector) (ret []*metav1.PartialObjectMetadata, err error)
	// Get returns the cluster-scoped object with that name, or a "not found" error.
	Get(name string) (*metav1.PartialObjectMetadata, error)
	// Namespace returns a lister of one namespace.
	Namespace(namespace string) NamespaceLister
}

// NamespaceLister reads the metadata of one resource's objects in one namespace. It is shared: treat it as read-only.
type NamespaceLister interface {
	// List returns the objects whose labels match the selector, in no particular order.
	List(selector labels.Selector) (ret []*metav1.PartialObjectMetadata, err error)
	// Get returns the object with that name, or a "not found" error.
	Get(name string) (*metav1.PartialObjectMetadata, error)
}

// lister implements Lister and NamespaceLister.
type lister struct {
	typed.Lister[*metav1.PartialObjectMetadata]
}

// New returns a lister of all objects in an indexer of the resource.
func New(indexer cache.Indexer, gvr schema.GroupVersionResource) Lister {
	return lister{typed.NewLister[*metav1.PartialObjectMetadata](indexer, gvr.GroupResource())}
}

func (l lister) Namespace(namespace string) NamespaceLister {
	return lister{typed.NewNamespaceLister(l.Lister, namespace)}
}

// NewRuntimeObjectShim adapts a lister to cache.GenericLister.
func NewRuntimeObjectShim(lister Lister) cache.GenericLister {
	return genericLister{byresource.NewShim[*metav1.PartialObjectMetadata](lister), lister}
}

type genericLister struct {
	byresource.Shim[*metav1.PartialObjectMetadata]

	lister Lister
}

func (l genericLister) ByNamespace(namespace string) cache.GenericNamespaceLister {
	return byresource.NewShim[*metav1.PartialObjectMetadata](l.lister.Namespace(namespace))
}
