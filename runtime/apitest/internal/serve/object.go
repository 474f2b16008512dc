package serve

import (
	"encoding/json"
	"maps"
	"strconv"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// Object is an object as it is stored: shared, and never written to.
type Object struct {
	unstructured.Unstructured

	encoded atomic.Pointer[encoding]
}

// encoding is an object as JSON, in one version.
type encoding struct {
	apiVersion string
	json       []byte
}

func stored(u *unstructured.Unstructured) *Object { return &Object{Unstructured: *u} }

// stamp writes the version into an object that is not shared yet.
func stamp(o *Object, version uint64) *Object {
	o.SetResourceVersion(strconv.FormatUint(version, 10))
	return o
}

// lastState is a stored object at the version of its deletion.
func lastState(o *Object, version uint64) *Object {
	u := unstructured.Unstructured{Object: withOwnMetadata(o.Object)}
	return stamp(stored(&u), version)
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

// as is the object as a version of its resource shows it.
func (o *Object) as(r *kinds.Resource) *unstructured.Unstructured {
	apiVersion := r.GroupVersion().String()
	if o.GetAPIVersion() == apiVersion && o.GetKind() == r.Kind {
		return &o.Unstructured
	}
	content := maps.Clone(o.Object)
	content["apiVersion"], content["kind"] = apiVersion, r.Kind
	return &unstructured.Unstructured{Object: content}
}

// json is the object as a version of its resource shows it, as JSON. It is encoded once for the version that is asked for
// first: reads and watches share it.
func (o *Object) json(r *kinds.Resource) ([]byte, error) {
	apiVersion := r.GroupVersion().String()
	if have := o.encoded.Load(); have != nil && have.apiVersion == apiVersion {
		return have.json, nil
	}
	data, err := json.Marshal(o.as(r).Object)
	if err != nil {
		return nil, err
	}
	o.encoded.CompareAndSwap(nil, &encoding{apiVersion, data})
	return data, nil
}
