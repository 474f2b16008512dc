package typed

import (
	"iter"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
)

// Lister reads the objects of one resource, or of one namespace of it, from an indexer. It is a small value to embed;
// its methods are those of generated listers and namespace listers.
//
// If the indexer holds T itself, as that of a generated informer does, reads need no casts and loops do not allocate.
// Other indexers are read through their untyped methods.
//
// The objects it returns are shared with the indexer and all its readers: treat them as read-only.
type Lister[T runtime.Object] struct {
	indexer cache.Indexer
	// reader is the indexer's typed view, if isTyped.
	reader    cache.TypedReader[T]
	isTyped   bool
	resource  schema.GroupResource
	namespace string
}

// NewLister returns a lister of all objects in the indexer. Its "not found" errors name the resource.
func NewLister[T runtime.Object](indexer cache.Indexer, resource schema.GroupResource) Lister[T] {
	reader, isTyped := cache.TypedView[T](indexer)
	return Lister[T]{indexer: indexer, reader: reader, isTyped: isTyped, resource: resource}
}

// NewNamespaceLister returns a lister of one namespace of parent.
func NewNamespaceLister[T runtime.Object](parent Lister[T], namespace string) Lister[T] {
	parent.namespace = namespace
	return parent
}

// List returns the objects whose labels match the selector, in no particular order; a nil selector matches all.
func (l Lister[T]) List(selector labels.Selector) ([]T, error) {
	if l.isTyped {
		return l.listTyped(selector), nil
	}
	var matching []T
	err := l.each(selector, func(obj T) bool {
		matching = append(matching, obj)
		return true
	})
	return matching, err
}

// listTyped allocates only the result.
func (l Lister[T]) listTyped(selector labels.Selector) []T {
	index, indexed := "", l.namespace == metav1.NamespaceAll
	if !indexed && l.reader.HasIndex(cache.NamespaceIndex) {
		index, indexed = cache.NamespaceIndex, true
	}
	switch {
	case selector != nil && labels.MatchesNothing(selector):
		return nil
	case indexed && matchesEverything(selector) && index == "":
		return l.reader.List()
	case indexed && matchesEverything(selector):
		found, _ := l.reader.ByIndex(index, l.namespace) // HasIndex was true
		return found
	}
	return l.reader.Select(index, l.namespace, func(obj T) bool {
		accessor, err := meta.Accessor(obj)
		return err == nil && (indexed || accessor.GetNamespace() == l.namespace) &&
			(selector == nil || selector.Matches(labels.Set(accessor.GetLabels())))
	})
}

// All yields the objects whose labels match the selector, in no particular order; a nil selector matches all. It ends
// at an object that is not a T, for which [Lister.List] returns an error.
func (l Lister[T]) All(selector labels.Selector) iter.Seq[T] {
	return func(yield func(T) bool) {
		_ = l.each(selector, yield)
	}
}

// Get returns the object with that name, or a "not found" error; see apierrors.IsNotFound.
func (l Lister[T]) Get(name string) (T, error) {
	key := name
	if l.namespace != "" {
		key = l.namespace + "/" + name
	}
	if l.isTyped {
		if obj, ok := l.reader.Get(key); ok {
			return obj, nil
		}
		return *new(T), apierrors.NewNotFound(l.resource, name)
	}
	item, exists, err := l.indexer.GetByKey(key)
	if err != nil {
		return *new(T), err
	}
	if !exists {
		return *new(T), apierrors.NewNotFound(l.resource, name)
	}
	return asTyped[T](item)
}

// each calls visit with the matching objects until visit returns false.
func (l Lister[T]) each(selector labels.Selector, visit func(T) bool) error {
	if selector != nil && labels.MatchesNothing(selector) {
		return nil
	}
	if l.isTyped {
		return l.eachTyped(selector, visit)
	}
	items, indexed := l.items()
	for _, item := range items {
		obj, err := asTyped[T](item)
		if err != nil {
			return err
		}
		if more, err := l.visit(obj, indexed, selector, visit); err != nil || !more {
			return err
		}
	}
	return nil
}

// items returns the objects of the lister's namespace if the indexer has a namespace index, and all objects otherwise;
// indexed says which.
func (l Lister[T]) items() (items []any, indexed bool) {
	if l.namespace == metav1.NamespaceAll {
		return l.indexer.List(), true
	}
	if found, err := l.indexer.ByIndex(cache.NamespaceIndex, l.namespace); err == nil {
		return found, true
	}
	return l.indexer.List(), false
}

func (l Lister[T]) eachTyped(selector labels.Selector, visit func(T) bool) error {
	items, indexed := l.reader.All(), l.namespace == metav1.NamespaceAll
	if !indexed {
		if found, err := l.reader.AllByIndex(cache.NamespaceIndex, l.namespace); err == nil {
			items, indexed = found, true
		}
	}
	for obj := range items {
		if more, err := l.visit(obj, indexed, selector, visit); err != nil || !more {
			return err
		}
	}
	return nil
}

// visit calls the function if obj matches, and reports whether to go on. Unless indexed, it compares the namespace too.
func (l Lister[T]) visit(obj T, indexed bool, selector labels.Selector, visit func(T) bool) (more bool, err error) {
	if indexed && matchesEverything(selector) {
		return visit(obj), nil
	}
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return false, err
	}
	if !indexed && accessor.GetNamespace() != l.namespace {
		return true, nil
	}
	if selector != nil && !selector.Matches(labels.Set(accessor.GetLabels())) {
		return true, nil
	}
	return visit(obj), nil
}

func matchesEverything(selector labels.Selector) bool {
	return selector == nil || selector.Empty()
}

func asTyped[T runtime.Object](item any) (T, error) {
	obj, ok := item.(T)
	if !ok {
		return obj, &TypeError{Got: item, Want: obj}
	}
	return obj, nil
}
