package cache

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
)

// KeyFunc returns the key of an object.
type KeyFunc func(obj interface{}) (string, error)

// KeyError reports an object that has no key.
type KeyError struct {
	Obj interface{}
	Err error
}

// Error names the object.
func (k KeyError) Error() string {
	return fmt.Sprintf("couldn't create key for object %+v: %v", k.Obj, k.Err)
}

// Unwrap returns what the KeyFunc said.
func (k KeyError) Unwrap() error { return k.Err }

// ExplicitKey is a key in place of an object, for MetaNamespaceKeyFunc.
type ExplicitKey string

// MetaNamespaceKeyFunc is the usual key: namespace/name, or the name alone for cluster-scoped objects.
func MetaNamespaceKeyFunc(obj interface{}) (string, error) {
	if key, ok := obj.(ExplicitKey); ok {
		return string(key), nil
	}
	name, err := ObjectToName(obj)
	if err != nil {
		return "", err
	}
	return name.String(), nil
}

// DeletionHandlingMetaNamespaceKeyFunc is MetaNamespaceKeyFunc for what delete handlers get: for a
// DeletedFinalStateUnknown it returns the key that it holds.
func DeletionHandlingMetaNamespaceKeyFunc(obj interface{}) (string, error) {
	if d, ok := obj.(DeletedFinalStateUnknown); ok {
		return d.Key, nil
	}
	return MetaNamespaceKeyFunc(obj)
}

// DeletionHandlingObjectToName is ObjectToName for what delete handlers get.
func DeletionHandlingObjectToName(obj interface{}) (ObjectName, error) {
	if d, ok := obj.(DeletedFinalStateUnknown); ok {
		return ParseObjectName(d.Key)
	}
	return ObjectToName(obj)
}

// MetaNamespaceIndexFunc indexes by namespace.
func MetaNamespaceIndexFunc(obj interface{}) ([]string, error) {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return []string{""}, fmt.Errorf("object has no meta: %w", err)
	}
	return []string{accessor.GetNamespace()}, nil
}

// versionOf returns an object's resource version, "" where it has none.
func versionOf[T any](obj T) string {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return ""
	}
	return accessor.GetResourceVersion()
}
