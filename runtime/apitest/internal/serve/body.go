package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
)

// bodyLimit is how many bytes a real server reads.
const bodyLimit = 3 << 20

// readBody reads the body of a write. A client that accepts no form that the server has is refused here, before anything changes.
func (r *request) readBody() error {
	if _, err := r.negotiate(); err != nil {
		return err
	}
	if r.http.Body == nil {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(r.http.Body, bodyLimit+1))
	if err != nil {
		return apierrors.NewBadRequest(fmt.Sprintf("read the body: %v", err))
	}
	if len(data) > bodyLimit {
		return apierrors.NewRequestEntityTooLargeError(fmt.Sprintf("limit is %d", bodyLimit))
	}
	r.body = data
	return nil
}

// bodyJSON returns the body as JSON.
func (r *request) bodyJSON() ([]byte, error) {
	return r.codec().JSON(r.bodyType(), r.body)
}

// bodyType returns the Content-Type of the body. A body without one is JSON, as for a real server, except in a POST: any web page can
// make a browser send such a POST, but other methods only after a preflight request, which this server does not allow.
func (r *request) bodyType() string {
	if given := r.http.Header.Get("Content-Type"); given != "" || r.http.Method == http.MethodPost {
		return given
	}
	return encode.MediaJSON
}

// readObject reads an object of the resource's kind from the body.
func (r *request) readObject() (*unstructured.Unstructured, error) {
	data, err := r.bodyJSON()
	if err != nil {
		return nil, err
	}
	gvk, err := r.codec().KindOf(data)
	if _, missing := errors.AsType[encode.NoKindError](err); missing && r.write.lenient() {
		return nil, r.unfit(gvk, err)
	}
	if err != nil {
		return nil, r.codec().Unrecognized(r.body, err)
	}
	if err := r.checkKind(gvk, nameIn(data)); err != nil {
		return nil, err
	}
	u, strict, err := r.codec().Read(data, !r.write.lenient())
	if err == nil && len(strict) > 0 && r.write.strict() {
		err = runtime.NewStrictDecodingError(strict)
	}
	if err != nil {
		return nil, r.unfit(gvk, err)
	}
	r.warn(strict)
	return u, nil
}

// unfit returns the error for a body that cannot be read as an object of the resource.
func (r *request) unfit(gvk schema.GroupVersionKind, err error) error {
	if r.scalesCustom() {
		return errUnfitScale()
	}
	return apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", gvk.Kind, gvk.Version, r.resource.Kind, err))
}

// nameIn returns the name in a document's metadata.
func nameIn(data []byte) string {
	var said struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	_ = json.Unmarshal(data, &said) // the caller reports documents that cannot be read
	return said.Metadata.Name
}

// checkKind refuses an object of another kind than the resource's.
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

// known reports whether the server has a kind.
func (r *request) known(gvk schema.GroupVersionKind) bool {
	return r.api.registry.Now().ByKind(gvk) != nil || r.api.types.Recognizes(gvk) ||
		gvk == schema.GroupVersionKind{Version: "v1", Kind: "Status"}
}

// noConversion returns the error for an object that cannot be converted to the resource's kind.
func (r *request) noConversion(gvk schema.GroupVersionKind) error {
	want := r.resource.GroupVersionKind
	if r.known(gvk) {
		return fmt.Errorf("converting (%s.%s) to (%s.%s): unknown conversion", gvk.Version, gvk.Kind, internalPackage(want.Group), want.Kind)
	}
	return encode.NotRegistered(gvk)
}

// internalPackage returns the Go package of a built-in group's internal types, which the real server's errors name.
func internalPackage(group string) string {
	if group == "" {
		return "core"
	}
	return group
}

// warn adds a warning to the response.
func (r *request) warn(warnings []error) {
	for _, warning := range warnings {
		text := strings.TrimPrefix(warning.Error(), "error converting YAML to JSON: ")
		text, several := strings.CutPrefix(text, "yaml: unmarshal errors:\n")
		if !several {
			r.warnings = append(r.warnings, text)
			continue
		}
		for line := range strings.SplitSeq(text, "\n") {
			r.warnings = append(r.warnings, strings.TrimSpace(line))
		}
	}
}
