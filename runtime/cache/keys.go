package cache

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
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

// Unwrap returns the error of the KeyFunc.
func (k KeyError) Unwrap() error { return k.Err }

// ExplicitKey is a key that may be passed instead of an object to MetaNamespaceKeyFunc.
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

// DeletedFinalStateUnknown stands for an object whose deletion the informer has not seen in a watch, but inferred because a
// later list lacks the object. Obj is its last known state, which may be older than the final one, or nil.
type DeletedFinalStateUnknown struct {
	Key string
	Obj interface{}
}

// DeletionHandlingMetaNamespaceKeyFunc is MetaNamespaceKeyFunc for the arguments of delete handlers: it returns the Key of a
// DeletedFinalStateUnknown.
func DeletionHandlingMetaNamespaceKeyFunc(obj interface{}) (string, error) {
	if d, ok := obj.(DeletedFinalStateUnknown); ok {
		return d.Key, nil
	}
	return MetaNamespaceKeyFunc(obj)
}

// DeletionHandlingObjectToName is ObjectToName for the arguments of delete handlers: it parses the Key of a
// DeletedFinalStateUnknown.
func DeletionHandlingObjectToName(obj interface{}) (ObjectName, error) {
	if d, ok := obj.(DeletedFinalStateUnknown); ok {
		return ParseObjectName(d.Key)
	}
	return ObjectToName(obj)
}

// MetaNamespaceIndexFunc is an IndexFunc that returns the namespace of an object.
func MetaNamespaceIndexFunc(obj interface{}) ([]string, error) {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return []string{""}, fmt.Errorf("object has no meta: %w", err)
	}
	return []string{accessor.GetNamespace()}, nil
}

// versionOf returns an object's resource version, or "" if it has none or no object metadata.
func versionOf[T any](obj T) string {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return ""
	}
	return accessor.GetResourceVersion()
}

// ObjectName is the namespace and the name of an object. The namespace of a cluster-scoped object is empty.
type ObjectName struct {
	Namespace string
	Name      string
}

// NewObjectName returns the ObjectName with this namespace and name.
func NewObjectName(namespace, name string) ObjectName {
	return ObjectName{Namespace: namespace, Name: name}
}

// Parts returns the namespace and the name.
func (objName ObjectName) Parts() (namespace, name string) { return objName.Namespace, objName.Name }

// String returns namespace/name, or the name alone if the namespace is empty. Keys have this form.
func (objName ObjectName) String() string {
	if objName.Namespace == "" {
		return objName.Name
	}
	return objName.Namespace + "/" + objName.Name
}

// ParseObjectName parses the result of String.
func ParseObjectName(str string) (ObjectName, error) {
	namespace, name, err := SplitMetaNamespaceKey(str)
	return ObjectName{Namespace: namespace, Name: name}, err
}

// NamespacedNameAsObjectName converts from the type of apimachinery.
func NamespacedNameAsObjectName(nn types.NamespacedName) ObjectName { return ObjectName(nn) }

// AsNamespacedName converts to the type of apimachinery.
func (objName ObjectName) AsNamespacedName() types.NamespacedName {
	return types.NamespacedName(objName)
}

// MetaObjectToName returns the ObjectName of an object.
func MetaObjectToName(obj metav1.Object) ObjectName {
	return ObjectName{Namespace: obj.GetNamespace(), Name: obj.GetName()}
}

// ObjectToName returns the ObjectName of an object. It fails if obj has no object metadata.
func ObjectToName(obj interface{}) (ObjectName, error) {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return ObjectName{}, fmt.Errorf("object has no meta: %w", err)
	}
	return MetaObjectToName(accessor), nil
}

// SplitMetaNamespaceKey returns the namespace and name in a key that MetaNamespaceKeyFunc has returned.
func SplitMetaNamespaceKey(key string) (namespace, name string, err error) {
	switch parts := strings.Split(key, "/"); len(parts) {
	case 1:
		return "", parts[0], nil
	case 2:
		return parts[0], parts[1], nil
	}
	return "", "", fmt.Errorf("unexpected key format: %q", key)
}
