package cache

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// ObjectName is the namespace and the name of an object; the namespace is empty for a cluster-scoped one.
type ObjectName struct {
	Namespace string
	Name      string
}

// NewObjectName puts an ObjectName together.
func NewObjectName(namespace, name string) ObjectName {
	return ObjectName{Namespace: namespace, Name: name}
}

// Parts takes an ObjectName apart.
func (objName ObjectName) Parts() (namespace, name string) { return objName.Namespace, objName.Name }

// String is namespace/name, or the name alone where there is no namespace: the form of a key.
func (objName ObjectName) String() string {
	if objName.Namespace == "" {
		return objName.Name
	}
	return objName.Namespace + "/" + objName.Name
}

// ParseObjectName reads what String writes.
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

// ObjectToName returns the ObjectName of anything with object metadata.
func ObjectToName(obj interface{}) (ObjectName, error) {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return ObjectName{}, fmt.Errorf("object has no meta: %w", err)
	}
	return MetaObjectToName(accessor), nil
}

// SplitMetaNamespaceKey takes apart a key that MetaNamespaceKeyFunc made.
func SplitMetaNamespaceKey(key string) (namespace, name string, err error) {
	switch parts := strings.Split(key, "/"); len(parts) {
	case 1:
		return "", parts[0], nil
	case 2:
		return parts[0], parts[1], nil
	}
	return "", "", fmt.Errorf("unexpected key format: %q", key)
}
