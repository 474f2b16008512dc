package cache

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// AppendFunc is called with each object that is found.
type AppendFunc func(interface{})

// ListAll calls appendFn for every object of a store whose labels match. A nil selector matches all objects.
func ListAll(store Store, selector labels.Selector, appendFn AppendFunc) error {
	return appendMatching(store.List(), selector, appendFn)
}

// ListAllByNamespace calls appendFn for every object of a namespace whose labels match. An empty namespace means all
// namespaces. It uses the index NamespaceIndex if there is one.
func ListAllByNamespace(indexer Indexer, namespace string, selector labels.Selector, appendFn AppendFunc) error {
	if namespace == metav1.NamespaceAll {
		return ListAll(indexer, selector, appendFn)
	}
	items, err := indexer.ByIndex(NamespaceIndex, namespace)
	if err == nil {
		return appendMatching(items, selector, appendFn)
	}
	return ListAll(indexer, selector, func(obj interface{}) {
		if accessor, err := meta.Accessor(obj); err == nil && accessor.GetNamespace() == namespace {
			appendFn(obj)
		}
	})
}

func appendMatching(items []interface{}, selector labels.Selector, appendFn AppendFunc) error {
	everything := selector == nil || selector.Empty()
	for _, item := range items {
		if !everything {
			accessor, err := meta.Accessor(item)
			if err != nil {
				return err
			}
			if !selector.Matches(labels.Set(accessor.GetLabels())) {
				continue
			}
		}
		appendFn(item)
	}
	return nil
}

// GenericLister lists objects of a type that is not known when the program is compiled.
type GenericLister interface {
	// List returns the objects whose labels match.
	List(selector labels.Selector) (ret []runtime.Object, err error)
	// Get returns an object by its key: the name of a cluster-scoped object, or namespace/name.
	Get(name string) (runtime.Object, error)
	// ByNamespace returns the lister of one namespace.
	ByNamespace(namespace string) GenericNamespaceLister
}

// GenericNamespaceLister is a GenericLister of one namespace.
type GenericNamespaceLister interface {
	// List returns the objects of the namespace whose labels match.
	List(selector labels.Selector) (ret []runtime.Object, err error)
	// Get returns the object with this name.
	Get(name string) (runtime.Object, error)
}

// NewGenericLister returns a lister of the objects in the indexer. The resource appears in its "not found" errors.
func NewGenericLister(indexer Indexer, resource schema.GroupResource) GenericLister {
	return &genericLister{indexer: indexer, resource: resource}
}

type genericLister struct {
	indexer   Indexer
	resource  schema.GroupResource
	namespace string
}

func (l *genericLister) ByNamespace(namespace string) GenericNamespaceLister {
	return &genericLister{indexer: l.indexer, resource: l.resource, namespace: namespace}
}

func (l *genericLister) List(selector labels.Selector) (ret []runtime.Object, err error) {
	var strange error
	err = ListAllByNamespace(l.indexer, l.namespace, selector, func(item interface{}) {
		obj, ok := item.(runtime.Object)
		if !ok {
			strange = fmt.Errorf("%T in the cache of %s is no API object", item, l.resource)
			return
		}
		ret = append(ret, obj)
	})
	if err == nil {
		err = strange
	}
	return ret, err
}

func (l *genericLister) Get(name string) (runtime.Object, error) {
	item, exists, err := l.indexer.GetByKey(ObjectName{Namespace: l.namespace, Name: name}.String())
	if err != nil {
		return nil, err
	}
	if !exists {
		return nil, apierrors.NewNotFound(l.resource, name)
	}
	obj, ok := item.(runtime.Object)
	if !ok {
		return nil, fmt.Errorf("%T in the cache of %s is no API object", item, l.resource)
	}
	return obj, nil
}
