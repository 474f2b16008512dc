package serve

import (
	"errors"
	"fmt"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// readObject reads an object of the resource's kind from the body.
func (r *request) readObject() (*unstructured.Unstructured, error) {
	data, err := r.asJSON()
	if err != nil {
		return nil, err
	}
	gvk, err := r.kindOf(data)
	if err != nil {
		return nil, err
	}
	u, strict, err := r.api.normalise(r.resource, data, !r.write.lenient())
	if err == nil && len(strict) > 0 && r.write.strict() {
		err = runtime.NewStrictDecodingError(strict)
	}
	if err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", gvk.Kind, gvk.Version, r.resource.Kind, err))
	}
	r.warn(strict)
	return u, nil
}

// kindOf is the kind that a document says it is of, the resource's where it says nothing. It refuses others.
func (r *request) kindOf(data []byte) (schema.GroupVersionKind, error) {
	want := r.resource.GroupVersionKind
	var said metav1.TypeMeta
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &said); err != nil {
		return want, r.unrecognized(fmt.Errorf("couldn't get version/kind; json parse error: %w", err))
	}
	gv, err := schema.ParseGroupVersion(said.APIVersion)
	if err != nil {
		return want, r.unrecognized(err)
	}
	gvk := gv.WithKind(said.Kind)
	if gvk.Kind == "" {
		gvk.Kind = want.Kind
	}
	if gvk.Version == "" && gvk.Group == "" {
		gvk.Group, gvk.Version = want.Group, want.Version
	}
	if gvk == want {
		return gvk, nil
	}
	return gvk, r.wrongKind(gvk)
}

// wrongKind is the error of a body of another kind than the path's.
func (r *request) wrongKind(gvk schema.GroupVersionKind) error {
	want := r.resource.GroupVersionKind
	switch {
	case r.resource.Custom() && gvk.GroupVersion() == want.GroupVersion():
		return r.invalid(r.name, kindMustBe(gvk.Kind, want.Kind))
	case gvk.Kind == want.Kind || r.resource.Custom():
		return apierrors.NewBadRequest(fmt.Sprintf("the API version in the data (%s) does not match the expected API version (%s)", gvk.GroupVersion(), want.GroupVersion()))
	}
	reason := fmt.Sprintf("no kind %q is registered for version %q in scheme %q", gvk.Kind, gvk.GroupVersion(), "pkg/api/legacyscheme/scheme.go:30")
	if r.api.registry.Now().ByKind(gvk) != nil {
		reason = fmt.Sprintf("converting (%s.%s) to (%s.%s): unknown conversion", gvk.Version, gvk.Kind, internalPackage(want.Group), want.Kind)
	}
	return apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: %s", gvk.Kind, gvk.Version, want.Kind, reason))
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
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
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
		return nil, fmt.Errorf("metadata: %w", errNoObject)
	}
	var typed struct {
		metav1.ObjectMeta `json:"metadata"`
	}
	err = runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(map[string]any{"metadata": object}, &typed, true)
	if strict, ok := runtime.AsStrictDecodingError(err); ok {
		unknown, err = strict.Errors(), nil
	}
	if err != nil {
		return nil, err
	}
	content["metadata"], err = runtime.DefaultUnstructuredConverter.ToUnstructured(&typed.ObjectMeta)
	return unknown, err
}

// warn adds to the warnings of the answer.
func (r *request) warn(warnings []error) {
	for _, warning := range warnings {
		r.warnings = append(r.warnings, warning.Error())
	}
}
