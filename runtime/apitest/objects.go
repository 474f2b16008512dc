package apitest

import (
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"time"

	"github.com/google/uuid"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/internal/storage"
)

func newStorage(window int) *storage.Storage[*unstructured.Unstructured] {
	return storage.New(storage.Options[*unstructured.Unstructured]{Window: window, Stored: stamp, Last: lastState})
}

// stamp writes the version into an object that is not shared yet.
func stamp(u *unstructured.Unstructured, version uint64) *unstructured.Unstructured {
	u.SetResourceVersion(strconv.FormatUint(version, 10))
	return u
}

// lastState is a stored object at the version of its deletion.
func lastState(u *unstructured.Unstructured, version uint64) *unstructured.Unstructured {
	return stamp(u.DeepCopy(), version)
}

func keyOf(u *unstructured.Unstructured) storage.Key {
	return storage.Key{Namespace: u.GetNamespace(), Name: u.GetName()}
}

// toUnstructured converts an object of the options, with its kind from the scheme where it does not say so itself.
func (s *Server) toUnstructured(obj runtime.Object, scheme *runtime.Scheme) (*unstructured.Unstructured, error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
	if err != nil {
		return nil, fmt.Errorf("object %T: %w", obj, err)
	}
	u := &unstructured.Unstructured{Object: content}
	if u.GroupVersionKind().Kind != "" {
		return u, nil
	}
	if scheme == nil {
		return nil, fmt.Errorf("object %T has no kind: set it, or give Options.Scheme", obj)
	}
	kinds, _, err := scheme.ObjectKinds(obj)
	if err != nil {
		return nil, fmt.Errorf("object %T: %w", obj, err)
	}
	u.SetGroupVersionKind(kinds[0])
	return u, nil
}

func (s *Server) resourceOf(u *unstructured.Unstructured) (Resource, error) {
	for _, r := range s.resources {
		if r.GroupVersionKind == u.GroupVersionKind() {
			return r, nil
		}
	}
	return Resource{}, fmt.Errorf("object %s of kind %s: no such kind is served", u.GetName(), u.GroupVersionKind())
}

// fillIn sets what the server decides about a new object.
func fillIn(u *unstructured.Unstructured) {
	u.SetUID(types.UID(uuid.NewString()))
	u.SetCreationTimestamp(metav1.NewTime(time.Now().Truncate(time.Second)))
	u.SetGeneration(1)
	u.SetSelfLink("")
	u.SetDeletionTimestamp(nil)
	u.SetDeletionGracePeriodSeconds(nil)
}

// keepServersFields restores what clients cannot change.
func keepServersFields(next, current *unstructured.Unstructured) {
	next.SetUID(current.GetUID())
	next.SetCreationTimestamp(current.GetCreationTimestamp())
	next.SetGeneration(current.GetGeneration())
	next.SetDeletionTimestamp(current.GetDeletionTimestamp())
	next.SetDeletionGracePeriodSeconds(current.GetDeletionGracePeriodSeconds())
	next.SetResourceVersion(current.GetResourceVersion())
}

// replaceContent makes of the current object what an update of the resource, or of its status, asks for.
func replaceContent(r Resource, status bool, current, next *unstructured.Unstructured) *unstructured.Unstructured {
	switch {
	case status:
		merged := &unstructured.Unstructured{Object: maps.Clone(current.Object)}
		setOrDelete(merged.Object, "status", next.Object["status"])
		return merged
	case r.Status:
		next = &unstructured.Unstructured{Object: maps.Clone(next.Object)}
		setOrDelete(next.Object, "status", current.Object["status"])
	}
	next = next.DeepCopy()
	keepServersFields(next, current)
	if contentChanged(current, next) {
		next.SetGeneration(current.GetGeneration() + 1)
	}
	return next
}

func setOrDelete(content map[string]any, key string, value any) {
	if value == nil {
		delete(content, key)
		return
	}
	content[key] = value
}

// contentChanged reports whether two states differ in more than metadata and status.
func contentChanged(a, b *unstructured.Unstructured) bool {
	for _, pair := range [][2]map[string]any{{a.Object, b.Object}, {b.Object, a.Object}} {
		for key, value := range pair[0] {
			if key == "metadata" || key == "status" || key == "apiVersion" || key == "kind" {
				continue
			}
			if !reflect.DeepEqual(value, pair[1][key]) {
				return true
			}
		}
	}
	return false
}
