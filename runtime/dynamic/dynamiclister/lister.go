// Package dynamiclister reads objects without Go types from the indexer of an informer.
package dynamiclister

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/byresource"
	"github.com/typewright/typewright/runtime/typed"
)

// Lister reads the objects of one resource. They are shared: treat them as read-only.
type Lister interface {
	// List returns the objects whose labels match the selector, in no particular order.
	List(selector labels.Selector) (ret []*unstructured.Unstructured, err error)
	// Get returns the cluster-scoped object with that name, or a "not found" error.
	Get(name string) (*unstructured.Unstructured, error)
	// Namespace returns a lister of one namespace.
	Namespace(namespace string) NamespaceLister
}

// NamespaceLister reads the objects of one resource in one namespace. They are shared: treat them as read-only.
type NamespaceLister interface {
	// List returns the objects whose labels match the selector, in no particular order.
	List(selector labels.Selector) (ret []*unstructured.Unstructured, err error)
	// Get returns the object with that name, or a "not found" error.
	Get(name string) (*unstructured.Unstructured, error)
}

// lister implements Lister and NamespaceLister.
type lister struct {
	typed.Lister[*unstructured.Unstructured]
}

// New returns a lister of all objects in an indexer of the resource.
func New(indexer cache.Indexer, gvr schema.GroupVersionResource) Lister {
	return lister{typed.NewLister[*unstructured.Unstructured](indexer, gvr.GroupResource())}
}

func (l lister) Namespace(namespace string) NamespaceLister {
	return lister{typed.NewNamespaceLister(l.Lister, namespace)}
}

// NewRuntimeObjectShim adapts a lister to cache.GenericLister.
func NewRuntimeObjectShim(lister Lister) cache.GenericLister {
	return genericLister{byresource.NewShim[*unstructured.Unstructured](lister), lister}
}

type genericLister struct {
	byresource.Shim[*unstructured.Unstructured]

	lister Lister
}

func (l genericLister) ByNamespace(namespace string) cache.GenericNamespaceLister {
	return byresource.NewShim[*unstructured.Unstructured](l.lister.Namespace(namespace))
}
