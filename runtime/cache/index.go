package cache

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// NamespaceIndex is the name under which indexers by namespace are added.
const NamespaceIndex string = "namespace"

// IndexFunc returns the values under which an object is found in an index.
type IndexFunc func(obj interface{}) ([]string, error)

// IndexFuncToKeyFuncAdapter makes a KeyFunc of an IndexFunc. Objects of no value, or of more than one, are errors.
func IndexFuncToKeyFuncAdapter(indexFunc IndexFunc) KeyFunc {
	return func(obj interface{}) (string, error) {
		values, err := indexFunc(obj)
		switch {
		case err != nil:
			return "", err
		case len(values) != 1:
			return "", fmt.Errorf("a key is one value, and not %d: %v", len(values), values)
		}
		return values[0], nil
	}
}

// Indexers are index functions by name.
type Indexers map[string]IndexFunc

// Indices are the content of indexes, by name and value, as sets of keys.
type Indices map[string]index

type index map[string]sets.Set[string]

// Indexer is a Store in which objects are also found by what index functions say of them. What an index returns is a
// snapshot; a look-up costs what it returns, not what is stored.
type Indexer interface {
	Store
	// Index returns the objects that share a value of the index with obj.
	Index(indexName string, obj interface{}) ([]interface{}, error)
	// IndexKeys returns the keys of the objects under one value.
	IndexKeys(indexName, indexedValue string) ([]string, error)
	// ListIndexFuncValues returns all values of an index.
	ListIndexFuncValues(indexName string) []string
	// ByIndex returns the objects under one value.
	ByIndex(indexName, indexedValue string) ([]interface{}, error)
	// GetIndexers returns the index functions; the map belongs to the caller.
	GetIndexers() Indexers
	// AddIndexers adds index functions, to an indexer that holds objects already too. A name that is taken is an error,
	// and none is added then.
	AddIndexers(newIndexers Indexers) error
}

// TypedIndexFunc is an IndexFunc for objects of one type.
type TypedIndexFunc[T any] func(obj T) ([]string, error)

// TypedIndexers are typed index functions by name.
type TypedIndexers[T any] map[string]TypedIndexFunc[T]

// TypedIndexer is an Indexer that holds objects of one type and hands them out as that.
type TypedIndexer[T any] interface {
	Indexer
	// TypedIndex is Index with types.
	TypedIndex(indexName string, obj T) ([]T, error)
	// ByTypedIndex is ByIndex with types.
	ByTypedIndex(indexName, indexedValue string) ([]T, error)
	// AddTypedIndexers is AddIndexers with types.
	AddTypedIndexers(newIndexers TypedIndexers[T]) error
}

// TypedIndexersToIndexers makes untyped index functions of typed ones. They return an error for an object of another
// type.
func TypedIndexersToIndexers[T any](indexers TypedIndexers[T]) Indexers {
	if indexers == nil {
		return nil
	}
	untyped := make(Indexers, len(indexers))
	for name, indexer := range indexers {
		untyped[name] = TypedIndexerFuncToIndexerFunc(indexer)
	}
	return untyped
}

// TypedIndexerFuncToIndexerFunc makes an untyped index function of a typed one.
func TypedIndexerFuncToIndexerFunc[T any](indexer TypedIndexFunc[T]) IndexFunc {
	return func(obj interface{}) ([]string, error) {
		typed, err := unbox[T](obj)
		if err != nil {
			return nil, err
		}
		return indexer(typed)
	}
}

// unbox returns obj as a T.
func unbox[T any](obj interface{}) (T, error) {
	typed, ok := obj.(T)
	if !ok && obj != nil {
		return typed, fmt.Errorf("an object of type %T where %T was expected", obj, typed)
	}
	return typed, nil
}

// box returns an object as one of any type.
func box[T any](obj T) interface{} { return obj }

// coreIndexes makes index functions of the core of untyped ones.
func coreIndexes[T any](indexers Indexers) map[string]core.IndexFunc[T] {
	indexes := make(map[string]core.IndexFunc[T], len(indexers))
	for name, indexer := range indexers {
		indexes[name] = func(obj T) ([]string, error) { return indexer(obj) }
	}
	return indexes
}
