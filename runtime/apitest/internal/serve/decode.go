package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/document"
)

// readObject reads an object of the resource's kind from the body.
func (r *request) readObject() (*unstructured.Unstructured, error) {
	data, err := r.asJSON()
	if err != nil {
		return nil, err
	}
	gvk, err := r.kindOf(data)
	if err != nil {
		return nil, r.unrecognized(err)
	}
	if err := r.checkKind(gvk, nameIn(data)); err != nil {
		return nil, err
	}
	u, strict, err := r.api.normalise(r.resource, data, !r.write.lenient())
	if err == nil && len(strict) > 0 && r.write.strict() {
		err = runtime.NewStrictDecodingError(strict)
	}
	if err != nil {
		return nil, r.unfit(gvk, err)
	}
	r.warn(strict)
	return u, nil
}

// unfit is the error of a body that cannot be read as what the path asks for.
func (r *request) unfit(gvk schema.GroupVersionKind, err error) error {
	return apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", gvk.Kind, gvk.Version, r.resource.Kind, err))
}

// kindOf is the kind that a document says it is of; where it says nothing, that of the resource.
func (r *request) kindOf(data []byte) (schema.GroupVersionKind, error) {
	want := r.resource.GroupVersionKind
	// Errors show this type as it stands here.
	var said struct {
		APIVersion string `json:"apiVersion,omitempty"`
		Kind       string `json:"kind,omitempty"`
	}
	if err := json.Unmarshal(data, &said); err != nil {
		return want, fmt.Errorf("couldn't get version/kind; json parse error: %w", err)
	}
	if said.Kind == "" && r.resource.Definition != "" {
		return want, fmt.Errorf("Object 'Kind' is missing in '%s'", data)
	}
	gv, err := schema.ParseGroupVersion(said.APIVersion)
	if err != nil {
		return want, err
	}
	gvk := gv.WithKind(said.Kind)
	if gvk.Kind == "" {
		gvk.Kind = want.Kind
	}
	if gvk.Version == "" && gvk.Group == "" {
		gvk.Group, gvk.Version = want.Group, want.Version
	}
	return gvk, nil
}

// nameIn is the name that a document says it has.
func nameIn(data []byte) string {
	var said struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	_ = json.Unmarshal(data, &said) // what cannot be read is reported where it matters
	return said.Metadata.Name
}

// checkKind refuses bodies of another kind than the path's.
func (r *request) checkKind(gvk schema.GroupVersionKind, name string) error {
	want := r.resource.GroupVersionKind
	switch {
	case gvk == want:
		return nil
	case r.resource.Definition != "" && gvk.GroupVersion() == want.GroupVersion():
		return apierrors.NewInvalid(gvk.GroupKind(), name, field.ErrorList{kindMustBe(gvk.Kind, want.Kind)})
	case r.resource.Definition != "" || gvk.Kind == want.Kind && r.known(gvk):
		return apierrors.NewBadRequest(fmt.Sprintf("the API version in the data (%s) does not match the expected API version (%s)", gvk.GroupVersion(), want.GroupVersion()))
	}
	return r.unfit(gvk, r.noConversion(gvk))
}

// known reports whether the server knows a kind at all.
func (r *request) known(gvk schema.GroupVersionKind) bool {
	return r.api.registry.Now().ByKind(gvk) != nil || r.api.makers().Recognizes(gvk) ||
		gvk == schema.GroupVersionKind{Version: "v1", Kind: "Status"}
}

// noConversion says why an object of one kind is none of the resource's.
func (r *request) noConversion(gvk schema.GroupVersionKind) error {
	want := r.resource.GroupVersionKind
	if r.known(gvk) {
		return fmt.Errorf("converting (%s.%s) to (%s.%s): unknown conversion", gvk.Version, gvk.Kind, internalPackage(want.Group), want.Kind)
	}
	return notRegistered(gvk)
}

func notRegistered(gvk schema.GroupVersionKind) error {
	return fmt.Errorf("no kind %q is registered for version %q in scheme %q", gvk.Kind, gvk.GroupVersion(), "pkg/api/legacyscheme/scheme.go:30")
}

// internalPackage is the Go package of a built-in group's internal types, which the real server names.
func internalPackage(group string) string {
	if group == "" {
		return "core"
	}
	return group
}

// normalise makes of a document what the server stores: it has the fields that the resource's type or schema knows, and
// defaults. With strict it also returns what is unknown or there twice.
func (a *API) normalise(r *kinds.Resource, data []byte, strict bool) (*unstructured.Unstructured, []error, error) {
	u := &unstructured.Unstructured{}
	var found []error
	var err error
	if r.Type != nil {
		u.Object, found, err = throughType(r.Type, data, strict)
	} else {
		u.Object, found, err = throughSchema(r, data, strict)
	}
	if err != nil {
		return nil, nil, err
	}
	u.Object["apiVersion"], u.Object["kind"] = r.GroupVersion().String(), r.Kind
	setDefaults(r, u)
	return u, found, nil
}

func unmarshal(data []byte, into any, strict bool) ([]error, error) {
	if strict {
		return kjson.UnmarshalStrict(data, into)
	}
	return nil, kjson.UnmarshalCaseSensitivePreserveInts(data, into)
}

// throughType reads a document into a Go type and out of it again.
func throughType(goType reflect.Type, data []byte, strict bool) (map[string]any, []error, error) {
	typed := reflect.New(goType).Interface()
	found, err := unmarshal(data, typed, strict)
	if err != nil {
		return nil, nil, err
	}
	content, err := document.Of(typed)
	return content, found, err
}

var errNoObject = errors.New("expected an object")

// throughSchema reads a document of a kind without a Go type: its metadata has one, the rest may have a schema.
func throughSchema(r *kinds.Resource, data []byte, strict bool) (map[string]any, []error, error) {
	content := map[string]any{}
	found, err := unmarshal(data, &content, strict)
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
	r.Schema.Default(content)
	return content, found, nil
}

// coerceMetadata leaves in the metadata what metadata is, and returns what was something else.
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

// metadataError is what the real server finds wrong with metadata.
func metadataError(metadata any) error {
	data, err := json.Marshal(metadata)
	if err != nil {
		return err
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, &metav1.ObjectMeta{})
}

// warn adds to the warnings of the answer.
func (r *request) warn(warnings []error) {
	for _, warning := range warnings {
		r.warnings = append(r.warnings, warning.Error())
	}
}
