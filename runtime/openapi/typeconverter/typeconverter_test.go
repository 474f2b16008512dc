package typeconverter_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/openapi"
	"github.com/typewright/typewright/runtime/openapi/typeconverter"
)

const robots = `{"openapi":"3.0.0","components":{"schemas":{"Robot":{
	"type":"object",
	"x-kubernetes-group-version-kind":[{"group":"fleet.example.com","kind":"Robot","version":"v1"}],
	"properties":{"apiVersion":{"type":"string"},"kind":{"type":"string"},"spec":{"type":"object","properties":{"speed":{"type":"integer"}}}}
}}}}`

// documents are OpenAPI documents by path.
type documents map[string]string

func (d documents) Paths() (map[string]openapi.GroupVersion, error) {
	if d == nil {
		return nil, errors.New("down")
	}
	paths := make(map[string]openapi.GroupVersion, len(d))
	for path, text := range d {
		paths[path] = document(text)
	}
	return paths, nil
}

type document string

func (d document) ServerRelativeURL() string { return "" }

func (d document) Schema(contentType string) ([]byte, error) {
	if d == "" || contentType != "application/json" {
		return nil, errors.New("no document")
	}
	return []byte(d), nil
}

func TestNew(t *testing.T) {
	converter, err := typeconverter.New(documents{"apis/fleet.example.com/v1": robots, "version": `{"openapi":"3.0.0"}`}, false)
	require.NoError(t, err)
	robot := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "fleet.example.com/v1", "kind": "Robot", "spec": map[string]any{"speed": int64(3)},
	}}
	typed, err := converter.ObjectToTyped(robot)
	require.NoError(t, err)
	back, err := converter.TypedToObject(typed)
	require.NoError(t, err)
	assert.Equal(t, robot, back)

	robot.Object["spec"] = map[string]any{"wings": true}
	_, err = converter.ObjectToTyped(robot)
	assert.Error(t, err)
}

func TestErrors(t *testing.T) {
	for what, source := range map[string]documents{
		"no list of documents": nil,
		"a missing document":   {"api/v1": ""},
		"a malformed document": {"api/v1": `{"components":7}`},
	} {
		t.Run(what, func(t *testing.T) {
			_, err := typeconverter.New(source, false)
			assert.Error(t, err)
		})
	}
}
