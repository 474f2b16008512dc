// Package listers is what listers are made of that lister-gen of Kubernetes emits. informergen emits listers over package typed.
package listers

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

// ResourceIndexer reads the objects of a resource, or of one namespace of it, from an indexer.
type ResourceIndexer[T runtime.Object] = typed.Lister[T]

// New returns a lister of all objects in the indexer. Its "not found" errors name the resource.
func New[T runtime.Object](indexer cache.Indexer, resource schema.GroupResource) ResourceIndexer[T] {
	return typed.NewLister[T](indexer, resource)
}

// NewNamespaced returns a lister of one namespace of parent.
func NewNamespaced[T runtime.Object](parent ResourceIndexer[T], namespace string) ResourceIndexer[T] {
	return typed.NewNamespaceLister(parent, namespace)
}
