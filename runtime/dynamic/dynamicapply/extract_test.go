package dynamicapply_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/dynamic/dynamicapply"
)

const document = `{"swagger":"2.0","info":{"title":"test","version":"1"},"paths":{},"definitions":{"Robot":{
	"type":"object",
	"x-kubernetes-group-version-kind":[{"group":"fleet.example.com","kind":"Robot","version":"v1"}],
	"properties":{
		"apiVersion":{"type":"string"},"kind":{"type":"string"},
		"metadata":{"type":"object","properties":{"name":{"type":"string"},"namespace":{"type":"string"},"managedFields":{"type":"array","items":{"type":"object","x-kubernetes-preserve-unknown-fields":true}},"labels":{"type":"object","additionalProperties":{"type":"string"}}}},
		"spec":{"type":"object","properties":{"speed":{"type":"integer"},"colour":{"type":"string"}}},
		"status":{"type":"object","properties":{"phase":{"type":"string"}}}
	}}}}`

// schemas counts the requests for the document.
type schemas struct {
	requests int
	err      error
}

func (s *schemas) OpenAPISchema() (*openapi_v2.Document, error) {
	s.requests++
	if s.err != nil {
		return nil, s.err
	}
	return openapi_v2.ParseDocument([]byte(document))
}

// robot has a speed that one manager applied, a colour that another did, and a status.
func robot() *unstructured.Unstructured {
	obj := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "fleet.example.com/v1", "kind": "Robot",
		"metadata": map[string]any{"name": "r2", "namespace": "hall"},
		"spec":     map[string]any{"speed": int64(3), "colour": "red"},
		"status":   map[string]any{"phase": "Ready"},
	}}
	entry := func(manager, fields, subresource string) metav1.ManagedFieldsEntry {
		var owned metav1.FieldsV1
		owned.SetRawBytes([]byte(fields))
		return metav1.ManagedFieldsEntry{
			Manager: manager, Operation: metav1.ManagedFieldsOperationApply, APIVersion: "fleet.example.com/v1",
			FieldsType: "FieldsV1", FieldsV1: &owned, Subresource: subresource,
		}
	}
	obj.SetManagedFields([]metav1.ManagedFieldsEntry{
		entry("me", `{"f:spec":{"f:speed":{}}}`, ""),
		entry("painter", `{"f:spec":{"f:colour":{}}}`, ""),
		entry("me", `{"f:status":{"f:phase":{}}}`, "status"),
	})
	return obj
}

func TestExtract(t *testing.T) {
	extractor, err := dynamicapply.NewUnstructuredExtractor(&schemas{})
	require.NoError(t, err)
	identity := func(content map[string]any) map[string]any {
		content["apiVersion"], content["kind"] = "fleet.example.com/v1", "Robot"
		content["metadata"] = map[string]any{"name": "r2", "namespace": "hall"}
		return content
	}
	mine, err := extractor.Extract(robot(), "me")
	require.NoError(t, err)
	assert.Equal(t, identity(map[string]any{"spec": map[string]any{"speed": int64(3)}}), mine.Object)
	status, err := extractor.ExtractStatus(robot(), "me")
	require.NoError(t, err)
	assert.Equal(t, identity(map[string]any{"status": map[string]any{"phase": "Ready"}}), status.Object)
	nothing, err := extractor.Extract(robot(), "nobody")
	require.NoError(t, err)
	assert.Equal(t, identity(map[string]any{}), nothing.Object)
}

func TestExtractOfAnUnknownKind(t *testing.T) {
	extractor, err := dynamicapply.NewUnstructuredExtractor(&schemas{})
	require.NoError(t, err)
	unicorn := robot()
	unicorn.SetKind("Unicorn")
	_, err = extractor.Extract(unicorn, "me")
	assert.ErrorContains(t, err, "does not describe kind fleet.example.com/v1, Kind=Unicorn")
}

func TestTheSchemaIsFetchedAgainWhenItIsOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &schemas{}
		extractor, err := dynamicapply.NewUnstructuredExtractor(source)
		require.NoError(t, err)
		_, err = extractor.Extract(robot(), "me")
		require.NoError(t, err)
		assert.Equal(t, 1, source.requests)
		time.Sleep(2 * time.Minute)
		_, err = extractor.Extract(robot(), "me")
		require.NoError(t, err)
		assert.Equal(t, 2, source.requests)

		source.err = errors.New("down")
		time.Sleep(2 * time.Minute)
		_, err = extractor.Extract(robot(), "me")
		require.ErrorIs(t, err, source.err)
		_, err = dynamicapply.NewUnstructuredExtractor(source)
		require.ErrorIs(t, err, source.err)
	})
}
