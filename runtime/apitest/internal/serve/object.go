package serve

import (
	"maps"
	"reflect"
	"strconv"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/internal/document"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// stamp writes the version into an object that is not shared yet.
func stamp(o *encode.Object, version uint64) *encode.Object {
	o.SetResourceVersion(strconv.FormatUint(version, 10))
	return o
}

// lastState is a stored object at the version of its deletion.
func lastState(o *encode.Object, version uint64) *encode.Object {
	u := unstructured.Unstructured{Object: withOwnMetadata(o.Object)}
	return stamp(encode.NewObject(&u), version)
}

// withOwnMetadata copies as much of an object as its metadata's fields need to be set.
func withOwnMetadata(content map[string]any) map[string]any {
	content = maps.Clone(content)
	if metadata, ok := content["metadata"].(map[string]any); ok {
		content["metadata"] = maps.Clone(metadata)
	}
	return content
}

func keyOf(u *unstructured.Unstructured) storage.Key {
	return storage.Key{Namespace: u.GetNamespace(), Name: u.GetName()}
}

// An object has parts that are changed apart: its status through the subresource of that name, the rest without it.

// clearStatus leaves of a new object's status what one without status has.
func (r *request) clearStatus(u *unstructured.Unstructured) {
	delete(u.Object, "status")
	if empty := r.emptyStatus(); empty != nil {
		u.Object["status"] = empty
	}
}

// emptyStatus is the status of an object whose Go type always has one.
func (r *request) emptyStatus() any {
	if r.resource.Type == nil {
		return nil
	}
	content, err := document.Of(reflect.New(r.resource.Type).Interface())
	if err != nil {
		return nil
	}
	return content["status"]
}

// keepTheRest leaves next as current is, but for what the request's subresource changes.
func (r *request) keepTheRest(current, next *unstructured.Unstructured) {
	if r.subresource != "status" {
		if r.resource.Status {
			setOrDelete(next.Object, "status", current.Object["status"])
		}
		return
	}
	status := next.Object["status"]
	metadata, _ := next.Object["metadata"].(map[string]any)
	managed := next.GetManagedFields()
	if r.resource.Custom() {
		// All else is as it was.
		next.Object = withOwnMetadata(current.Object)
		next.SetManagedFields(managed)
	} else {
		for key := range next.Object {
			if key != "metadata" {
				delete(next.Object, key)
			}
		}
		for key, value := range current.Object {
			if key != "metadata" {
				next.Object[key] = value
			}
		}
		r.keepMetadata(current, next, metadata)
	}
	setOrDelete(next.Object, "status", status)
}

// keepMetadata leaves of the metadata as it was what the resource's status does not change.
func (r *request) keepMetadata(current, next *unstructured.Unstructured, metadata map[string]any) {
	switch {
	case r.resource.StatusKeepsMeta:
		managed := next.GetManagedFields()
		next.Object["metadata"] = withOwnMetadata(current.Object)["metadata"]
		next.SetManagedFields(managed)
	case r.resource.StatusKeepsLabels:
		next.SetLabels(current.GetLabels())
	case metadata != nil && r.resource.Graceful:
		next.SetOwnerReferences(current.GetOwnerReferences())
	}
}

func setOrDelete(content map[string]any, key string, value any) {
	if value == nil {
		delete(content, key)
		return
	}
	content[key] = value
}

// contentChanged reports whether two states differ in more than metadata; the status counts where it is a field like others.
func contentChanged(a, b map[string]any, status bool) bool {
	return differ(a, b, func(key string) bool {
		return key == "metadata" || key == "status" && !status || key == "apiVersion" || key == "kind"
	})
}

// sameContent reports whether two states differ in nothing but how they name their version.
func sameContent(a, b *unstructured.Unstructured) bool {
	return !differ(a.Object, b.Object, func(key string) bool { return key == "apiVersion" || key == "kind" })
}

func differ(a, b map[string]any, ignore func(string) bool) bool {
	for key, value := range a {
		if !ignore(key) && !equality.Semantic.DeepEqual(value, b[key]) {
			return true
		}
	}
	for key, value := range b {
		if _, both := a[key]; !both && value != nil && !ignore(key) {
			return true
		}
	}
	return false
}
