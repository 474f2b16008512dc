// Package reference creates references to objects, as events and status fields contain them. Its names are those of
// client-go's tools/reference.
package reference

import (
	"errors"
	"fmt"
	"reflect"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ErrNilObject is the error for a nil object, and for a nil pointer to one.
var ErrNilObject = errors.New("can't reference a nil object")

// GetReference returns a reference to obj with its kind, name, namespace, uid and resource version. The kind is that of
// the object, or else the one that the scheme has for its type. GetReference returns a *corev1.ObjectReference
// unchanged. A reference to a list has only kind and resource version, because lists have no name.
//
// It returns [ErrNilObject] for nil, and an error for an object without a kind that the scheme does not know.
func GetReference(scheme *runtime.Scheme, obj runtime.Object) (*corev1.ObjectReference, error) {
	if isNil(obj) {
		return nil, ErrNilObject
	}
	if ref, ok := obj.(*corev1.ObjectReference); ok {
		return ref, nil
	}
	gvk, err := kindOf(scheme, obj)
	if err != nil {
		return nil, err
	}
	ref := &corev1.ObjectReference{Kind: gvk.Kind, APIVersion: gvk.GroupVersion().String()}
	if object, err := meta.Accessor(obj); err == nil {
		ref.Name, ref.Namespace = object.GetName(), object.GetNamespace()
		ref.UID, ref.ResourceVersion = object.GetUID(), object.GetResourceVersion()
		return ref, nil
	}
	list, err := meta.CommonAccessor(obj)
	if err != nil {
		return nil, fmt.Errorf("refer to an object of type %T: %w", obj, err)
	}
	ref.ResourceVersion = list.GetResourceVersion()
	return ref, nil
}

// isNil reports whether there is no object, though obj may have its type.
func isNil(obj runtime.Object) bool {
	if obj == nil {
		return true
	}
	value := reflect.ValueOf(obj)
	return value.Kind() == reflect.Pointer && value.IsNil()
}

// kindOf prefers the object's kind: the scheme does not know every kind, and a type may have several.
func kindOf(scheme *runtime.Scheme, obj runtime.Object) (schema.GroupVersionKind, error) {
	if gvk := obj.GetObjectKind().GroupVersionKind(); !gvk.Empty() {
		return gvk, nil
	}
	if scheme == nil {
		return schema.GroupVersionKind{}, errors.New("scheme is required to look up gvk")
	}
	kinds, _, err := scheme.ObjectKinds(obj)
	if err != nil {
		return schema.GroupVersionKind{}, err
	}
	return kinds[0], nil
}

// GetPartialReference is GetReference for the part of obj at fieldPath, such as "spec.containers{nginx}".
func GetPartialReference(scheme *runtime.Scheme, obj runtime.Object, fieldPath string) (*corev1.ObjectReference, error) {
	ref, err := GetReference(scheme, obj)
	if err != nil {
		return nil, err
	}
	ref.FieldPath = fieldPath
	return ref, nil
}
