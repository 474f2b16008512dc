package encode

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// Object is a stored object and its JSON. Readers share it: do not change it.
type Object struct {
	unstructured.Unstructured
	// Filled is true if the object has defaults that a real server would not have stored yet: it adds them when it reads the object,
	// and stores them with the next write, even if that changes nothing else.
	Filled bool

	encoded atomic.Pointer[encoding]
}

// encoding is the JSON of an object in one version of its resource.
type encoding struct {
	apiVersion string
	json       []byte
	// kindEnds is where the fields after kind and apiVersion begin.
	kindEnds int
}

// NewObject returns an object with the content of u, which it then owns.
func NewObject(u *unstructured.Unstructured) *Object { return &Object{Unstructured: *u} }

// In returns the object in a version of its resource. It shares its content with o.
func (o *Object) In(r *kinds.Resource) *unstructured.Unstructured {
	apiVersion := r.GroupVersion().String()
	if o.GetAPIVersion() == apiVersion && o.GetKind() == r.Kind {
		return &o.Unstructured
	}
	content := maps.Clone(o.Object)
	content["apiVersion"], content["kind"] = apiVersion, r.Kind
	return &unstructured.Unstructured{Object: content}
}

// encode returns the object's JSON in a version of its resource. It caches the JSON of the version that is requested first, which all
// reads, lists and watches share.
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

// inList returns the object as an item of a list. Items of built-in kinds have no kind and apiVersion.
func (e *encoding) inList(r *kinds.Resource) []byte {
	if r.Custom() {
		return e.json
	}
	return append([]byte{'{'}, e.json[e.kindEnds:]...)
}
