package serve

import (
	"encoding/json"
	"fmt"
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
	// kindEnds is where the fields after kind and version begin.
	kindEnds int
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

// json is the object as a version of its resource shows it, as JSON.
func (o *Object) json(r *kinds.Resource) ([]byte, error) {
	e, err := o.encode(r)
	if err != nil {
		return nil, err
	}
	return e.json, nil
}

// encode encodes the object once for the version that is asked for first: reads and watches share it.
func (o *Object) encode(r *kinds.Resource) (*encoding, error) {
	apiVersion := r.GroupVersion().String()
	if have := o.encoded.Load(); have != nil && have.apiVersion == apiVersion {
		return have, nil
	}
	content := maps.Clone(o.Object)
	delete(content, "apiVersion")
	delete(content, "kind")
	rest, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	made := &encoding{apiVersion: apiVersion}
	made.json = fmt.Appendf(make([]byte, 0, len(rest)+len(apiVersion)+len(r.Kind)+24), `{"kind":%q,"apiVersion":%q`, r.Kind, apiVersion)
	made.kindEnds = len(made.json)
	if len(content) > 0 {
		made.json = append(made.json, ',')
		made.kindEnds++
	}
	made.json = append(made.json, rest[1:]...)
	o.encoded.CompareAndSwap(nil, made)
	return made, nil
}

// inList is the object inside a list: those of built-in kinds do not say what they are.
func (e *encoding) inList(r *kinds.Resource) []byte {
	if r.Custom() {
		return e.json
	}
	return append([]byte{'{'}, e.json[e.kindEnds:]...)
}
