package encode

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/api/meta"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/document"
)

// Codec reads and writes the objects of a resource.
type Codec struct {
	Resource *kinds.Resource
	Types    Types
	// Collection is set if a request is for the collection of the resource's objects, which can be watched.
	Collection bool
	// OfCustom is set if a request is for custom objects or their scales, which the real server's router does not know.
	OfCustom bool
	// Text is set if the answer is plain text.
	Text bool
	// NoTables is set if the answer has no form as a table.
	NoTables bool
}

// KindOf returns the kind of a document. A document without a kind has the resource's kind, but documents of custom resources must have
// one.
func (c Codec) KindOf(data []byte) (schema.GroupVersionKind, error) {
	want := c.Resource.GroupVersionKind
	// The decoder's errors contain this type with its tags, so it has to be the same as in the real server.
	var said struct {
		APIVersion string `json:"apiVersion,omitempty"`
		Kind       string `json:"kind,omitempty"`
	}
	if err := json.Unmarshal(data, &said); err != nil {
		return want, fmt.Errorf("couldn't get version/kind; json parse error: %w", err)
	}
	if said.Kind == "" && c.Resource.Definition != "" {
		return want, NoKindError(data)
	}
	gv, err := schema.ParseGroupVersion(said.APIVersion)
	if err != nil {
		return want, err
	}
	gvk := gv.WithKind(said.Kind)
	if gvk.Kind == "" {
		gvk.Kind = want.Kind
	}
	if gvk.Version == "" && gvk.Group == "" && c.Resource.Definition == "" {
		gvk.Group, gvk.Version = want.Group, want.Version
	}
	return gvk, nil
}

// NoKindError is the error of a document of a custom resource that has no kind. It holds the document.
type NoKindError string

func (e NoKindError) Error() string { return "Object 'Kind' is missing in '" + string(e) + "'" }

// NotRegistered is the error of a kind that the server does not know.
func NotRegistered(gvk schema.GroupVersionKind) error {
	return fmt.Errorf("no kind %q is registered for version %q in scheme %q", gvk.Kind, gvk.GroupVersion(), "pkg/api/legacyscheme/scheme.go:30")
}

// Read reads an object as the server stores it: with the fields of the resource's Go type or schema, and with defaults.
// If strict is set, it also returns an error for each field that is unknown or repeated.
func (c Codec) Read(data []byte, strict bool) (*unstructured.Unstructured, []error, error) {
	u := &unstructured.Unstructured{}
	var found []error
	var err error
	r := c.Resource
	if r.Type != nil {
		u.Object, found, err = throughType(r.Type, data, strict)
	} else {
		u.Object, found, err = throughSchema(r, data, strict)
	}
	if err != nil {
		return nil, nil, err
	}
	u.Object["apiVersion"], u.Object["kind"] = r.GroupVersion().String(), r.Kind
	builtin.SetDefaults(r, u)
	return u, found, nil
}

// ConvertError returns the error for content that cannot be converted to the resource's Go type, with the message of the converter that
// the real server uses for content that is not JSON. If the converter finds no error, it returns err.
func (c Codec) ConvertError(content map[string]any, err error) error {
	if c.Resource.Type == nil {
		return err
	}
	if found := runtime.DefaultUnstructuredConverter.FromUnstructured(content, reflect.New(c.Resource.Type).Interface()); found != nil {
		return found
	}
	return err
}

// Unmarshal reads JSON as a real server does: field names are case-sensitive, and integers stay integers. If
// strict is set, it also returns an error for each field that is unknown or repeated.
func Unmarshal(data []byte, into any, strict bool) ([]error, error) {
	if strict {
		return kjson.UnmarshalStrict(data, into)
	}
	return nil, kjson.UnmarshalCaseSensitivePreserveInts(data, into)
}

// throughType reads a document into a Go type and out of it again.
func throughType(goType reflect.Type, data []byte, strict bool) (map[string]any, []error, error) {
	typed := reflect.New(goType).Interface()
	found, err := Unmarshal(data, typed, strict)
	if err != nil {
		return nil, nil, err
	}
	content, err := document.Of(typed)
	if err == nil {
		keepReset(typed, content)
	}
	return content, found, err
}

// keepReset keeps an empty list of managed fields, which removes all owners. The Go type would leave it out.
func keepReset(typed any, content map[string]any) {
	accessor, err := meta.Accessor(typed)
	if err != nil {
		return
	}
	if fields := accessor.GetManagedFields(); fields != nil && len(fields) == 0 {
		if metadata, ok := content["metadata"].(map[string]any); ok {
			metadata["managedFields"] = []any{}
		}
	}
}

var errNoObject = errors.New("expected an object")

// throughSchema reads a document of a kind without a Go type. Its metadata has a type, and the rest may have a schema.
func throughSchema(r *kinds.Resource, data []byte, strict bool) (map[string]any, []error, error) {
	content := map[string]any{}
	found, err := Unmarshal(data, &content, strict)
	if err != nil {
		return nil, nil, err
	}
	if content == nil {
		return nil, nil, errNoObject
	}
	unknown, err := coerceMetadata(content)
	if err != nil {
		return nil, nil, err
	}
	if strict {
		found = append(found, unknown...)
	}
	if r.Schema == nil {
		return content, found, nil
	}
	for _, path := range r.Schema.Prune(content) {
		if strict {
			found = append(found, fmt.Errorf("unknown field %q", path))
		}
	}
	r.Schema.DropNulls(content)
	inner, err := r.Schema.PruneEmbedded(content)
	if err != nil {
		return nil, nil, err
	}
	for _, path := range inner {
		if strict {
			found = append(found, fmt.Errorf("unknown field %q", path))
		}
	}
	r.Schema.Default(content)
	return content, found, nil
}

// coerceMetadata removes unknown fields from the metadata, and returns an error for each.
func coerceMetadata(content map[string]any) (unknown []error, err error) {
	metadata, present := content["metadata"]
	if !present {
		return nil, nil
	}
	object, ok := metadata.(map[string]any)
	if !ok && metadata != nil {
		return nil, metadataError(metadata)
	}
	var typed struct {
		metav1.ObjectMeta `json:"metadata"`
	}
	err = runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(map[string]any{"metadata": object}, &typed, true)
	if strict, ok := runtime.AsStrictDecodingError(err); ok {
		unknown, err = strict.Errors(), nil
	}
	if err != nil {
		return nil, metadataError(metadata)
	}
	content["metadata"], err = runtime.DefaultUnstructuredConverter.ToUnstructured(&typed.ObjectMeta)
	return unknown, err
}

// DropBadMetadata removes from the metadata the fields that are unknown or cannot be read.
func DropBadMetadata(content map[string]any) {
	metadata, ok := content["metadata"].(map[string]any)
	if !ok {
		delete(content, "metadata")
		return
	}
	if _, err := coerceMetadata(content); err == nil {
		return
	}
	for name, value := range metadata {
		if _, err := coerceMetadata(map[string]any{"metadata": map[string]any{name: value}}); err != nil {
			delete(metadata, name)
		}
	}
	_, _ = coerceMetadata(content) // each field can be read
}

// metadataError returns what the real server's decoder finds wrong with metadata.
func metadataError(metadata any) error {
	data, err := json.Marshal(metadata)
	if err != nil {
		return err
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, &metav1.ObjectMeta{})
}
