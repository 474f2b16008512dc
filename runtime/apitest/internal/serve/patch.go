package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	utiljson "k8s.io/apimachinery/pkg/util/json"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/mergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
)

// patcher applies a patch to the current object and returns the new document. It also returns an error for each field that
// the patch repeats.
type patcher func(current *unstructured.Unstructured) (document []byte, twice []error, err error)

// patch applies a patch to an object.
func (r *request) patch() error {
	patchType, err := r.readPatch()
	if err != nil {
		return err
	}
	if patchType == types.ApplyYAMLPatchType {
		return r.apply()
	}
	if !json.Valid(r.body) {
		return apierrors.NewBadRequest("invalid JSON patch")
	}
	apply := r.patcherOf(patchType)
	return r.change(false, func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		r.warnings = nil
		next, err := r.patched(current, apply)
		if err != nil {
			return nil, err
		}
		if next, err = r.trackUpdate(current, next); err != nil {
			return nil, err
		}
		return next, r.samePlace(next)
	})
}

// samePlace refuses an object with another name or namespace than the path's. It also removes repeated owner references.
func (r *request) samePlace(next *unstructured.Unstructured) error {
	if err := r.matchNamespace(next); err != nil {
		return err
	}
	r.dedupOwners(next)
	return r.matchName(next)
}

func (r *request) patchType() (types.PatchType, error) {
	if r.scaled != nil {
		return r.scaled.patchType()
	}
	header, _, _ := strings.Cut(r.http.Header.Get("Content-Type"), ";")
	accepted := r.resource.PatchTypes()
	if slices.Contains(accepted, header) {
		return types.PatchType(header), nil
	}
	if r.resource.Definition == "" {
		return "", encode.RouterError(http.StatusUnsupportedMediaType, metav1.StatusReasonUnsupportedMediaType, "415: Unsupported Media Type")
	}
	return "", encode.UnsupportedMediaType(accepted)
}

func (r *request) patcherOf(patchType types.PatchType) patcher {
	switch patchType {
	case types.JSONPatchType:
		return r.jsonPatch
	case types.MergePatchType:
		return r.mergePatch
	}
	return r.strategicPatch
}

// patched returns the result of a patch.
func (r *request) patched(current *unstructured.Unstructured, apply patcher) (*unstructured.Unstructured, error) {
	document, found, err := apply(current)
	if err != nil {
		return nil, err
	}
	gvk, err := r.codec().KindOf(document)
	if err == nil && gvk != r.resource.GroupVersionKind {
		if r.resource.Definition != "" {
			return nil, r.checkKind(gvk, r.name)
		}
		err = r.noConversion(gvk)
	}
	if err != nil {
		return nil, badPatch(document, err)
	}
	next, unknown, err := r.codec().Read(document, !r.write.lenient())
	found = append(found, unknown...)
	if err != nil && r.strategic != nil {
		var content map[string]any
		if utiljson.Unmarshal(document, &content) == nil {
			err = r.codec().ConvertError(content, err)
		}
	}
	if err == nil && r.write.strict() && len(found) > 0 {
		err = runtime.NewStrictDecodingError(found)
	}
	if err != nil {
		return nil, badPatch(r.patchShown(document), err)
	}
	r.warn(found)
	return next, nil
}

// patchShown is what errors show of a patch: its result, but a strategic patch itself, in the form that Go prints maps in.
func (r *request) patchShown(document []byte) []byte {
	if r.strategic == nil {
		return document
	}
	return fmt.Appendf(nil, "%+v", r.strategic)
}

// badPatch is the error of a patch whose result is not an object of the resource.
func badPatch(document []byte, err error) error {
	return apierrors.NewInvalid(schema.GroupKind{}, "", field.ErrorList{
		field.Invalid(field.NewPath("patch"), string(document), err.Error()),
	})
}

// maxOperations is how many operations a JSON patch may have.
const maxOperations = 10000

// jsonPatchOp has the name that appears in the real server's errors.
type jsonPatchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	From  string `json:"from"`
	Value any    `json:"value"`
}

// jsonPatch is RFC 6902.
func (r *request) jsonPatch(current *unstructured.Unstructured) (document []byte, twice []error, err error) {
	var operations []jsonPatchOp
	if twice, err = encode.Unmarshal(r.body, &operations, !r.write.lenient()); err != nil {
		// The error shows the type, which is in package handlers in the real server.
		return nil, nil, apierrors.NewBadRequest(strings.ReplaceAll(fmt.Sprintf("error decoding patch: %v", err), "serve.", "handlers."))
	}
	for i, each := range twice {
		twice[i] = fmt.Errorf("json patch %w", each)
	}
	patch, err := jsonpatch.DecodePatch(r.body)
	if err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	if len(patch) > maxOperations {
		return nil, nil, apierrors.NewRequestEntityTooLargeError(
			fmt.Sprintf("The allowed maximum operations in a JSON patch is %d, got %d", maxOperations, len(patch)),
		)
	}
	before, err := json.Marshal(current.Object)
	if err != nil {
		return nil, nil, err
	}
	if document, err = patch.Apply(before); err != nil {
		return nil, nil, unprocessable(err)
	}
	return document, twice, nil
}

// unprocessable is the error of a patch that is well formed but cannot be applied.
func unprocessable(err error) error {
	return apierrors.NewGenericServerResponse(http.StatusUnprocessableEntity, "", schema.GroupResource{}, "", err.Error(), 0, false)
}

// mergePatch is RFC 7386.
func (r *request) mergePatch(current *unstructured.Unstructured) (document []byte, twice []error, err error) {
	if twice, err = encode.Unmarshal(r.body, &map[string]any{}, !r.write.lenient()); err != nil {
		return nil, nil, apierrors.NewBadRequest(fmt.Sprintf("error decoding patch: %v", err))
	}
	before, err := json.Marshal(current.Object)
	if err != nil {
		return nil, nil, err
	}
	document, err = jsonpatch.MergePatch(before, r.body)
	if errors.Is(err, jsonpatch.ErrBadJSONPatch) {
		err = apierrors.NewBadRequest(err.Error())
	}
	return document, twice, err
}

// strategicPatch merges lists by the patchStrategy tags of the resource's Go type.
func (r *request) strategicPatch(current *unstructured.Unstructured) (document []byte, twice []error, err error) {
	patch := map[string]any{}
	if twice, err = encode.Unmarshal(r.body, &patch, !r.write.lenient()); err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	merged, err := strategicpatch.StrategicMergeMapPatch(current.DeepCopy().Object, patch, reflect.New(r.resource.Type).Interface())
	if err != nil {
		return nil, nil, strategicError(err)
	}
	r.strategic = patch
	merged["apiVersion"], merged["kind"] = current.GetAPIVersion(), current.GetKind() // which the real server does not look at here
	document, err = json.Marshal(map[string]any(merged))
	return document, twice, err
}

func strategicError(err error) error {
	for _, bad := range []error{
		mergepatch.ErrBadJSONDoc, mergepatch.ErrBadPatchFormatForPrimitiveList, mergepatch.ErrBadPatchFormatForRetainKeys,
		mergepatch.ErrBadPatchFormatForSetElementOrderList, mergepatch.ErrUnsupportedStrategicMergePatchFormat,
	} {
		if errors.Is(err, bad) {
			return apierrors.NewBadRequest(err.Error())
		}
	}
	if errors.Is(err, mergepatch.ErrNoListOfLists) || errors.Is(err, mergepatch.ErrPatchContentNotMatchRetainKeys) {
		return unprocessable(err)
	}
	return err
}
