// Package merging has converters for managed fields.
package merging

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"github.com/typewright/typewright/runtime/internal/document"
)

// Fallback uses a second converter for kinds that the first one does not know.
type Fallback struct{ First, Second managedfields.TypeConverter }

// ObjectToTyped implements managedfields.TypeConverter.
func (f Fallback) ObjectToTyped(obj runtime.Object, opts ...typed.ValidationOptions) (*typed.TypedValue, error) {
	value, err := f.First.ObjectToTyped(obj, opts...)
	if unknownKind(err) {
		return f.Second.ObjectToTyped(obj, opts...)
	}
	return value, err
}

// unknownKind reports whether a converter does not know the kind. It compares the texts of apimachinery and
// structured-merge-diff, because they export no type for this error.
func unknownKind(err error) bool {
	return err != nil && (runtime.IsNotRegisteredError(err) || strings.Contains(err.Error(), "no corresponding type for") ||
		strings.Contains(err.Error(), "no type found matching"))
}

// TypedToObject implements managedfields.TypeConverter.
func (f Fallback) TypedToObject(value *typed.TypedValue) (runtime.Object, error) {
	return f.Second.TypedToObject(value)
}

// Documents passes untyped documents to a converter instead of Go values, because structured-merge-diff reads Go values
// differently from encoding/json.
type Documents struct{ managedfields.TypeConverter }

// ObjectToTyped implements managedfields.TypeConverter.
func (d Documents) ObjectToTyped(obj runtime.Object, opts ...typed.ValidationOptions) (*typed.TypedValue, error) {
	if _, ok := obj.(*unstructured.Unstructured); ok {
		return d.TypeConverter.ObjectToTyped(obj, opts...)
	}
	content, err := document.Of(obj)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{Object: content}
	u.SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind())
	return d.TypeConverter.ObjectToTyped(u, opts...)
}

// Scheme converts as a scheme does, but decodes documents into Go types as the clients' decoders do.
type Scheme struct{ *runtime.Scheme }

// ConvertToVersion implements runtime.ObjectConvertor.
func (s Scheme) ConvertToVersion(in runtime.Object, to runtime.GroupVersioner) (runtime.Object, error) {
	u, ok := in.(*unstructured.Unstructured)
	if !ok {
		return s.Scheme.ConvertToVersion(in, to)
	}
	typed, err := s.typed(u, u.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	return s.Scheme.ConvertToVersion(typed, to)
}

func (s Scheme) typed(u *unstructured.Unstructured, kind schema.GroupVersionKind) (runtime.Object, error) {
	obj, err := s.New(kind)
	if err != nil {
		return nil, err
	}
	if _, untyped := obj.(runtime.Unstructured); untyped {
		return u, nil
	}
	return obj, document.Into(u.Object, obj)
}
