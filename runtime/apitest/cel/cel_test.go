package cel_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/cel"
	"github.com/typewright/typewright/runtime/dynamic"
)

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: drones.fleet.example.com}
spec:
  group: fleet.example.com
  scope: Namespaced
  names: {kind: Drone, listKind: DroneList, plural: drones, singular: drone}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            x-kubernetes-validations:
            - {rule: self.low <= self.high, message: low exceeds high, fieldPath: .low}
            properties:
              low: {type: integer, default: 1}
              high: {type: integer}
              model:
                type: string
                maxLength: 20
                x-kubernetes-validations:
                - {rule: self == oldSelf, messageExpression: "'it stays ' + oldSelf"}
              zones:
                type: array
                maxItems: 8
                items:
                  type: string
                  maxLength: 8
                  x-kubernetes-validations:
                  - {rule: "!self.startsWith('x')", reason: FieldValueForbidden}
          status:
            type: object
            properties:
              address: {type: string, maxLength: 64, x-kubernetes-validations: [{rule: isIP(self)}]}
`

func ExampleRules() {
	d := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(definition), &d.Object); err != nil {
		fmt.Println(err)
		return
	}
	server, err := apitest.New(apitest.Options{Objects: []runtime.Object{d}, Rules: cel.Rules})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	drones := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "drones"}
	_, err = client.Resource(drones).Namespace("default").Create(context.Background(), &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "fleet.example.com/v1", "kind": "Drone", "metadata": map[string]any{"name": "kite"},
		"spec": map[string]any{"low": int64(3), "high": int64(2)},
	}}, metav1.CreateOptions{})
	fmt.Println(err)
	// Output: Drone.fleet.example.com "kite" is invalid: spec.low: Invalid value: low exceeds high
}

func read(t *testing.T, text string) map[string]any {
	t.Helper()
	object := map[string]any{}
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), &object))
	return object
}

// start returns a client of a server that evaluates the rules of the definition.
func start(t *testing.T) dynamic.ResourceInterface {
	t.Helper()
	server := apitest.Start(t, apitest.Options{
		Objects: []runtime.Object{&unstructured.Unstructured{Object: read(t, definition)}}, Rules: cel.Rules, InMemory: true,
	})
	client, err := dynamic.NewForConfig(server.Config())
	require.NoError(t, err)
	return client.Resource(schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "drones"}).Namespace("default")
}

func drone(t *testing.T, spec string) *unstructured.Unstructured {
	t.Helper()
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "fleet.example.com/v1", "kind": "Drone", "metadata": map[string]any{"name": "d"}, "spec": read(t, spec),
	}}
}

func TestNewObjects(t *testing.T) {
	drones := start(t)
	for spec, want := range map[string]string{
		`{low: 3, high: 2}`:               `spec.low: Invalid value: low exceeds high`,
		`{high: 0}`:                       `spec.low: Invalid value: low exceeds high`, // low has its default
		`{high: 2, zones: [a, xb]}`:       `spec.zones[1]: Forbidden: failed rule: !self.startsWith('x')`,
		`{high: two, zones: [xb]}`:        `some validation rules were not checked because the object was invalid`,
		`{high: 2, low: 1, model: plain}`: "",
	} {
		_, err := drones.Create(t.Context(), drone(t, spec), metav1.CreateOptions{DryRun: []string{"All"}})
		if want == "" {
			assert.NoError(t, err, spec)
			continue
		}
		require.True(t, apierrors.IsInvalid(err), "%s: %v", spec, err)
		assert.ErrorContains(t, err, want, spec)
	}
}

func TestChanges(t *testing.T) {
	drones := start(t)
	made, err := drones.Create(t.Context(), drone(t, `{high: 2, model: glider}`), metav1.CreateOptions{})
	require.NoError(t, err)

	changed := made.DeepCopy()
	require.NoError(t, unstructured.SetNestedField(changed.Object, "kite", "spec", "model"))
	_, err = drones.Update(t.Context(), changed, metav1.UpdateOptions{})
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	assert.ErrorContains(t, err, "spec.model: Invalid value: \"kite\": it stays glider")

	made.Object["status"] = map[string]any{"address": "nowhere"}
	_, err = drones.UpdateStatus(t.Context(), made, metav1.UpdateOptions{})
	assert.ErrorContains(t, err, "status.address: Invalid value: \"nowhere\": failed rule: isIP(self)")
	made.Object["status"] = map[string]any{"address": "10.0.0.1"}
	_, err = drones.UpdateStatus(t.Context(), made, metav1.UpdateOptions{})
	require.NoError(t, err)
}

// A part that breaks a rule already may stay as it is.
func TestUnchangedPartsPass(t *testing.T) {
	evaluate, errs := cel.Rules(read(t, `
type: object
properties:
  old: {type: string, maxLength: 9, x-kubernetes-validations: [{rule: self != 'bad'}]}
  new: {type: string, maxLength: 9}
`))
	require.Empty(t, errs)
	before, after := map[string]any{"old": "bad"}, map[string]any{"old": "bad", "new": "x"}
	assert.Empty(t, evaluate(t.Context(), after, before))
	assert.Len(t, evaluate(t.Context(), after, nil), 1)
	assert.Len(t, evaluate(t.Context(), after, map[string]any{"old": "good"}), 1)
}

func TestRulesThatCannotBeEvaluated(t *testing.T) {
	_, errs := cel.Rules(read(t, `
type: object
properties:
  spec: {type: object, properties: {list: {type: array, maxItems: 3, items: {type: string, x-kubernetes-validations: [{rule: self + 1 > 2}]}}}}
  other: {type: object, additionalProperties: {type: integer, x-kubernetes-validations: [{rule: self > 0, messageExpression: '1'}]}}
`))
	var fields []string
	for _, err := range errs {
		fields = append(fields, err.Field)
	}
	assert.ElementsMatch(t, []string{
		"properties[spec].properties[list].items.x-kubernetes-validations[0].rule", "properties[other].additionalProperties.x-kubernetes-validations[0].messageExpression",
	}, fields)

	evaluate, errs := cel.Rules(read(t, `{type: object}`))
	assert.Nil(t, evaluate)
	assert.Empty(t, errs)
}

// A definition with such rules is refused.
func TestDefinitionsAreRefused(t *testing.T) {
	server := apitest.Start(t, apitest.Options{Rules: cel.Rules, InMemory: true})
	client, err := dynamic.NewForConfig(server.Config())
	require.NoError(t, err)
	object := &unstructured.Unstructured{Object: read(t, definition)}
	versions, _, _ := unstructured.NestedSlice(object.Object, "spec", "versions")
	first, _ := versions[0].(map[string]any)
	require.NoError(t, unstructured.SetNestedField(first, []any{map[string]any{"rule": "self.nothing"}},
		"schema", "openAPIV3Schema", "properties", "spec", "x-kubernetes-validations"))
	require.NoError(t, unstructured.SetNestedSlice(object.Object, versions, "spec", "versions"))
	_, err = client.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}).
		Create(t.Context(), object, metav1.CreateOptions{})
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	assert.ErrorContains(t, err, "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Invalid value: {\"Rule\":\"self.nothing\"")
	assert.ErrorContains(t, err, "undefined field 'nothing'")
}
