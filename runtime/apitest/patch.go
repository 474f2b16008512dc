package apitest

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"reflect"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

// patch changes a part of an object: with a JSON merge patch (RFC 7386) or a JSON patch (RFC 6902).
func (s *Server) patch(w http.ResponseWriter, req *http.Request, t target) error {
	data, err := readBody(w, req)
	if err != nil {
		return err
	}
	apply, err := patcher(req.Header.Get("Content-Type"), data)
	if err != nil {
		return err
	}
	return s.modify(w, t, func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		before, err := json.Marshal(show(t.resource, current))
		if err != nil {
			return nil, err
		}
		after, err := apply(before)
		if err != nil {
			return nil, apierrors.NewGenericServerResponse(http.StatusUnprocessableEntity, "PATCH", schema.GroupResource{}, "",
				fmt.Sprintf("the patch could not be applied: %v", err), 0, false)
		}
		next := &unstructured.Unstructured{}
		if err := utiljson.Unmarshal(after, &next.Object); err != nil {
			return nil, apierrors.NewBadRequest(fmt.Sprintf("the patched object cannot be decoded: %v", err))
		}
		return next, nil
	})
}

// patcher returns what a patch does to a document.
func patcher(contentType string, data []byte) (func([]byte) ([]byte, error), error) {
	mediaType, _, _ := mime.ParseMediaType(contentType)
	switch types.PatchType(mediaType) {
	case types.MergePatchType:
		if !json.Valid(data) {
			return nil, apierrors.NewBadRequest("error decoding patch: not a JSON document")
		}
		return func(document []byte) ([]byte, error) { return jsonpatch.MergePatch(document, data) }, nil
	case types.JSONPatchType:
		patch, err := jsonpatch.DecodePatch(data)
		if err != nil {
			return nil, apierrors.NewBadRequest(fmt.Sprintf("error decoding patch: %v", err))
		}
		return patch.Apply, nil
	}
	return nil, apierrors.NewGenericServerResponse(http.StatusUnsupportedMediaType, "PATCH", schema.GroupResource{}, "",
		fmt.Sprintf("the body of the request was in an unknown format - accepted media types include: %s, %s", types.JSONPatchType, types.MergePatchType), 0, true)
}

// sameContent reports whether two states of an object differ in nothing but how they name their version.
func sameContent(a, b *unstructured.Unstructured) bool {
	for _, pair := range [][2]map[string]any{{a.Object, b.Object}, {b.Object, a.Object}} {
		for key, value := range pair[0] {
			if key != "apiVersion" && key != "kind" && !reflect.DeepEqual(value, pair[1][key]) {
				return false
			}
		}
	}
	return true
}
