// Package reference makes references to objects, as events and status fields hold them. Its names are those of
// client-go's tools/reference.
package reference

import (
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ErrNilObject is returned for a nil object.
var ErrNilObject = errors.New("can't reference a nil object")

// GetReference returns a reference to obj, which names its kind, name, namespace, uid and resource version. The kind is
// that of the object itself where it says so, else the one that the scheme has for its type. A *corev1.ObjectReference is
// returned as it is; lists, which have no name, are referred to by kind and resource version.
//
// It returns [ErrNilObject] for nil, and an error for an object which the scheme does not know and that does not name its
// kind either.
func GetReference(scheme *runtime.Scheme, obj runtime.Object) (*corev1.ObjectReference, error) {
	if obj == nil {
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

// kindOf asks the object first: the scheme does not know every kind, and one type may stand for several.
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

// GetPartialReference is GetReference for a part of obj, which fieldPath names, such as
// "spec.containers{nginx}".
func GetPartialReference(scheme *runtime.Scheme, obj runtime.Object, fieldPath string) (*corev1.ObjectReference, error) {
	ref, err := GetReference(scheme, obj)
	if err != nil {
		return nil, err
	}
	ref.FieldPath = fieldPath
	return ref, nil
}
