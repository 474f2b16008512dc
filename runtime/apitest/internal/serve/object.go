package serve

import (
	"maps"
	"reflect"
	"strconv"

	"k8s.io/apimachinery/pkg/runtime"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/internal/document"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// stamp sets the resource version of an object that is not shared yet.
func stamp(o *encode.Object, version uint64) *encode.Object {
	o.SetResourceVersion(strconv.FormatUint(version, 10))
	return o
}

// lastState returns a copy of a stored object at the version of its deletion.
func lastState(o *encode.Object, version uint64) *encode.Object {
	u := unstructured.Unstructured{Object: withOwnMetadata(o.Object)}
	return stamp(encode.NewObject(&u), version)
}

// withOwnMetadata returns a copy of an object whose top-level fields and metadata fields can be set. Deeper values are shared.
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

// clearStatus removes the status that a client has given a new object.
func (r *request) clearStatus(u *unstructured.Unstructured) {
	delete(u.Object, "status")
	if empty := r.emptyStatus(); empty != nil {
		u.Object["status"] = empty
	}
}

// emptyStatus returns the status of an empty object, nil if the resource's Go type leaves an empty status out.
func (r *request) emptyStatus() any {
	return runtime.DeepCopyJSONValue(r.api.emptyObject(r.resource.Type)["status"])
}

// emptyObject returns the document of a Go type's zero value, or an empty document without a type. Do not change it.
func (a *API) emptyObject(goType reflect.Type) map[string]any {
	if goType == nil {
		return map[string]any{}
	}
	if have, ok := a.empty.Load(goType); ok {
		return have.(map[string]any)
	}
	content, err := document.Of(reflect.New(goType).Interface())
	if err != nil {
		content = map[string]any{}
	}
	a.empty.Store(goType, content)
	return content
}

// keepTheRest copies to next the content of current that the request cannot change. A request for the subresource status changes the
// status and some of the metadata, one for an approval the conditions and the metadata. Other requests change all but the status.
func (r *request) keepTheRest(current, next *unstructured.Unstructured) {
	switch r.subresource {
	case "status":
	case "approval":
		keepAllButConditions(current, next)
		return
	case "ephemeralcontainers", "resize":
		builtin.KeepInPod(r.subresource, current, next)
		setOrDelete(next.Object, "status", current.Object["status"])
		return
	default:
		if r.subresource == "" {
			builtin.KeepOnUpdate(r.resource, current, next)
		}
		if r.resource.Status {
			setOrDelete(next.Object, "status", current.Object["status"])
		}
		return
	}
	status := next.Object["status"]
	metadata, _ := next.Object["metadata"].(map[string]any)
	managed := next.GetManagedFields()
	if r.resource.Custom() {
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
	builtin.KeepInStatus(r.resource, current, next)
}

// keepAllButConditions copies the spec and the status of current to next, without the conditions.
func keepAllButConditions(current, next *unstructured.Unstructured) {
	conditions, _, _ := unstructured.NestedFieldNoCopy(next.Object, "status", "conditions")
	status, _ := current.Object["status"].(map[string]any)
	if status = maps.Clone(status); status == nil {
		status = map[string]any{}
	}
	setOrDelete(status, "conditions", conditions)
	next.Object["status"] = status
	setOrDelete(next.Object, "spec", current.Object["spec"])
}

// keepMetadata copies to next the metadata of current that a request for the status cannot change.
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

// contentChanged reports whether two states differ in more than metadata. The status counts if status is set.
func contentChanged(a, b map[string]any, status bool) bool {
	return differ(a, b, func(key string) bool {
		return key == "metadata" || key == "status" && !status || key == "apiVersion" || key == "kind"
	})
}

// sameContent reports whether two states are the same apart from their apiVersion.
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
