// Package definitions tests the CustomResourceDefinitions that clientgen emits with a real API server: the server must establish them,
// set their defaults, and enforce their schemas and CEL rules. runtime/apitest with runtime/apitest/cel must give the same answers.
package definitions

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/config/crd"
	"github.com/typewright/typewright/gen"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/cel"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

var live *cluster.Cluster

func TestMain(m *testing.M) {
	cluster.Main(m, cluster.Options{}, func(c *cluster.Cluster) { live = c })
}

// emittedDefinitions runs clientgen and returns the definitions of the package drones/v1.
func emittedDefinitions(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	out := t.TempDir()
	res, err := gen.Run(t.Context(), gen.Config{
		Tool: "clientgen", Inputs: []string{"./drones/..."}, With: []string{"crd"}, OutputDir: out, OutputPkg: "example.com/out", CRDDir: out, HeaderFile: "none",
	})
	require.NoError(t, err)
	var all []*unstructured.Unstructured
	for _, f := range res.Set.Files {
		all = append(all, read(t, f.Source))
	}
	require.Len(t, all, 1)
	return all
}

func read(t *testing.T, text []byte) *unstructured.Unstructured {
	t.Helper()
	u := &unstructured.Unstructured{}
	require.NoError(t, yaml.UnmarshalStrict(text, &u.Object))
	return u
}

func client(t *testing.T) dynamic.Interface {
	t.Helper()
	config := live.Config()
	config.WarningHandler = rest.NoWarnings{}
	c, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	return c
}

// TestDefinitionsAreEstablished installs the definitions of apis/, of examples/operator and of drones, and checks their conditions.
func TestDefinitionsAreEstablished(t *testing.T) {
	all, err := crd.Definitions()
	require.NoError(t, err)
	require.Len(t, all, 6)
	files, err := filepath.Glob("../../../examples/operator/config/crd/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all = append(all, read(t, text))
	}
	all = append(all, emittedDefinitions(t)...)
	require.NoError(t, live.Install(t.Context(), all...))
	definitions := client(t).Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	for _, definition := range all {
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			served, err := definitions.Get(t.Context(), definition.GetName(), metav1.GetOptions{})
			require.NoError(c, err)
			conditions := map[any]any{}
			list, _, _ := unstructured.NestedSlice(served.Object, "status", "conditions")
			for _, one := range list {
				condition, _ := one.(map[string]any)
				conditions[condition["type"]] = condition["status"]
			}
			// The condition NonStructuralSchema would report problems of the schema.
			assert.Equal(c, map[any]any{"NamesAccepted": "True", "Established": "True"}, conditions, definition.GetName())
		}, time.Minute, 50*time.Millisecond)
	}
}

// answer is a server's response to the creation of an object.
type answer struct {
	// Refused is the error, "" for none.
	Refused string
	// Spec is the spec of the created object.
	Spec any
}

func ask(ctx context.Context, drones dynamic.ResourceInterface, object *unstructured.Unstructured) answer {
	created, err := drones.Create(ctx, object, metav1.CreateOptions{DryRun: []string{"All"}})
	if err != nil {
		return answer{Refused: err.Error()}
	}
	return answer{Spec: created.Object["spec"]}
}

// servers returns clients for drones of the real server and of apitest, by name.
func servers(t *testing.T) map[string]dynamic.ResourceInterface {
	t.Helper()
	definitions := emittedDefinitions(t)
	require.NoError(t, live.Install(t.Context(), definitions...))
	var objects []runtime.Object
	for _, definition := range definitions {
		objects = append(objects, definition)
	}
	server := apitest.Start(t, apitest.Options{Objects: objects, Rules: cel.Rules})
	config := server.Config()
	config.WarningHandler = rest.NoWarnings{}
	ours, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	drones := schema.GroupVersionResource{Group: "drones.example.com", Version: "v1", Resource: "drones"}
	return map[string]dynamic.ResourceInterface{
		"kube-apiserver": client(t).Resource(drones).Namespace("default"), "apitest": ours.Resource(drones).Namespace("default"),
	}
}

func drone(t *testing.T, name, spec string) *unstructured.Unstructured {
	t.Helper()
	u := read(t, []byte("apiVersion: drones.example.com/v1\nkind: Drone\nspec: "+spec))
	u.SetName(name)
	return u
}

// TestAnswers creates drones on both servers. The wanted answer is the spec with defaults and without pruned fields, or the error.
func TestAnswers(t *testing.T) {
	both := servers(t)
	for spec, want := range map[string]string{
		// accepted: defaults are set, unknown fields are pruned
		`{model: a, home: "http://a"}`:                                                      `{model: a, home: "http://a", rotors: 4, mode: slow}`,
		`{model: a, home: "http://a", mode: fast, rotors: 3, unknown: 1}`:                   `{model: a, home: "http://a", mode: fast, rotors: 3}`,
		`{model: a, home: "http://a", mode: null}`:                                          "refused: spec.mode: Unsupported value: null", // nullable adds nothing to an enum
		`{model: a, home: "http://a", parts: [{name: x}, {name: z, stock: {}}]}`:            `{model: a, home: "http://a", rotors: 4, mode: slow, parts: [{name: x, stock: {count: 1, tags: [new]}}, {name: z, stock: {}}]}`,
		`{model: a, home: "http://a", free: [1, {any: thing}], load: 1500m, pace: 5}`:       `{model: a, home: "http://a", rotors: 4, mode: slow, free: [1, {any: thing}], load: 1500m, pace: 5}`,
		`{model: a, home: "http://a", template: {apiVersion: v1, kind: Pod, spec: {a: b}}}`: `{model: a, home: "http://a", rotors: 4, mode: slow, template: {apiVersion: v1, kind: Pod, spec: {a: b}}}`,
		// refused by schemas
		`{home: "http://a"}`:                                                     "refused: spec.model: Required value",
		`{model: "", home: "http://a"}`:                                          "refused: spec.model",
		`{model: Upper, home: "http://a"}`:                                       "refused: spec.model",
		`{model: a-name-that-is-too-long, home: "http://a"}`:                     "refused: spec.model: Too long",
		`{model: a, home: "http://a", rotors: 16}`:                               "refused: spec.rotors",
		`{model: a, home: "http://a", rotors: 0}`:                                "refused: spec.rotors",
		`{model: a, home: "http://a", mode: quick}`:                              "refused: spec.mode: Unsupported value",
		`{model: a, home: "http://a", zones: []}`:                                "refused: spec.zones",
		`{model: a, home: "http://a", zones: [a, b, c, d]}`:                      "refused: spec.zones: Too many",
		`{model: a, home: "http://a", zones: [a, a]}`:                            "refused: spec.zones[1]: Duplicate value",
		`{model: a, home: "http://a", zones: [a-long-name]}`:                     "refused: spec.zones[0]",
		`{model: a, home: "http://a", notes: {}}`:                                "refused: spec.notes",
		`{model: a, home: "http://a", notes: {a: a, b: b, c: c}}`:                "refused: spec.notes: Too many",
		`{model: a, home: "http://a", since: yesterday}`:                         "refused: spec.since",
		`{model: a, home: "http://a", load: heavy}`:                              "refused: spec.load",
		`{model: a, home: "http://a", serial: x}`:                                "refused: spec.serial",
		`{model: a, home: "http://a", template: {spec: {}}}`:                     "refused: spec.template.apiVersion",
		`{model: a, home: "http://a", parts: [{name: x}, {name: x}]}`:            "refused: spec.parts[1]: Duplicate value",
		`{model: a, home: "http://a", parts: [{name: x, stock: {count: -1}}]}`:   "refused: spec.parts[0].stock.count",
		`{model: a, home: "http://a", call: lower}`:                              "refused: spec.call: Invalid value",
		`{model: a, home: "http://a", spare: []}`:                                "refused: spec.spare: Invalid value",
		`{model: a, home: "http://a", spare: [{name: p}, {name: q}, {name: r}]}`: "refused: spec.spare: Too many",
		// refused by CEL rules
		`{model: a, home: "http://a", rotors: 2}`:         "refused: three rotors at least",
		`{model: a, home: "http://a", base: b}`:           "refused: exactly one of the fields in [home base] must be set",
		`{model: a, speed: 3}`:                            "refused: exactly one of the fields in [home base] must be set",
		`{model: a, home: "http://a", speed: 3, pace: 4}`: "refused: at most one of the fields in [speed pace] may be set",
		`{model: a, base: b}`:                             "refused: at least one of the fields in [home speed] must be set",
	} {
		t.Run(spec, func(t *testing.T) { assertAnswers(t, both, drone(t, "a", spec), want) })
	}
	t.Run("a rule of the whole object", func(t *testing.T) {
		assertAnswers(t, both, drone(t, "forbidden", `{model: a, home: "http://a"}`), "refused: the name is forbidden")
	})
}

func assertAnswers(t *testing.T, both map[string]dynamic.ResourceInterface, object *unstructured.Unstructured, want string) {
	t.Helper()
	theirs := ask(t.Context(), both["kube-apiserver"], object.DeepCopy())
	if len(want) > 9 && want[:9] == "refused: " {
		assert.Contains(t, theirs.Refused, want[9:])
	} else {
		var spec any
		require.NoError(t, yaml.Unmarshal([]byte(want), &spec))
		wanted := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
		assert.Equal(t, normal(t, wanted.Object), normal(t, map[string]any{"spec": theirs.Spec}), theirs.Refused)
	}
	assert.Equal(t, theirs, ask(t.Context(), both["apitest"], object.DeepCopy()), "apitest")
}

// normal returns JSON with sorted keys and one format for numbers.
func normal(t *testing.T, value map[string]any) string {
	t.Helper()
	text, err := yaml.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// TestTransitions changes an object. Both servers enforce rules that compare it with the object before.
func TestTransitions(t *testing.T) {
	for name, drones := range servers(t) {
		t.Run(name, func(t *testing.T) {
			created, err := drones.Create(t.Context(), drone(t, "changes", `{model: a, home: "http://a", serial: ab-1}`), metav1.CreateOptions{})
			require.NoError(t, err)
			changed := created.DeepCopy()
			require.NoError(t, unstructured.SetNestedField(changed.Object, "ab-2", "spec", "serial"))
			_, err = drones.Update(t.Context(), changed, metav1.UpdateOptions{})
			require.True(t, apierrors.IsInvalid(err), "%v", err)
			assert.ErrorContains(t, err, "spec.serial: Invalid value: \"ab-2\": field is immutable")
			unstructured.RemoveNestedField(changed.Object, "spec", "serial")
			_, err = drones.Update(t.Context(), changed, metav1.UpdateOptions{})
			assert.ErrorContains(t, err, "field serial is immutable once set")

			created.Object["status"] = map[string]any{"phase": "Sunk"}
			_, err = drones.UpdateStatus(t.Context(), created, metav1.UpdateOptions{})
			assert.ErrorContains(t, err, "status.phase: Unsupported value: \"Sunk\"")
			scale, err := drones.Get(t.Context(), "changes", metav1.GetOptions{}, "scale")
			require.NoError(t, err)
			replicas, _, _ := unstructured.NestedInt64(scale.Object, "spec", "replicas")
			assert.EqualValues(t, 4, replicas)
			require.NoError(t, drones.Delete(t.Context(), "changes", metav1.DeleteOptions{}))
		})
	}
}

const crate = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crates.depot.example.com}
spec:
  group: depot.example.com
  scope: Namespaced
  names: {kind: Crate, listKind: CrateList, plural: crates, singular: crate}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: SPEC}}}}
`

// TestRefusedDefinitions creates invalid definitions on both servers, and makes invalid changes of a valid one.
func TestRefusedDefinitions(t *testing.T) {
	server := apitest.Start(t, apitest.Options{Rules: cel.Rules})
	ours, err := dynamic.NewForConfig(server.Config())
	require.NoError(t, err)
	crds := schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
	theirs := client(t)
	for name, text := range map[string]string{
		"a field without a type":         spec(`{type: object, properties: {size: {description: of a crate}}}`),
		"elements without a type":        spec(`{type: array, items: {maxLength: 3}}`),
		"a list without elements":        spec(`{type: array}`),
		"values without a type":          spec(`{type: object, additionalProperties: {nullable: true}}`),
		"a default of another type":      spec(`{type: object, properties: {size: {type: string, default: 5}}}`),
		"a default out of bounds":        spec(`{type: object, properties: {size: {type: integer, default: 5, maximum: 4}}}`),
		"a default with unknown fields":  spec(`{type: object, default: {a: b}, properties: {size: {type: integer}}}`),
		"a default with a wrong element": spec(`{type: object, properties: {sizes: {type: array, default: [1, a], items: {type: integer}}}}`),
		"unique elements":                spec(`{type: array, uniqueItems: true, items: {type: string}}`),
		"an embedded text":               spec(`{type: string, x-kubernetes-embedded-resource: true}`),
		"an embedded nothing":            spec(`{type: object, x-kubernetes-embedded-resource: true}`),
		"a number or text that is kept":  spec(`{x-kubernetes-int-or-string: true, x-kubernetes-preserve-unknown-fields: true}`),
		"a rule that does not compile":   spec(`{type: object, x-kubernetes-validations: [{rule: self.size > 1}], properties: {wide: {type: integer}}}`),
		"another type at the root":       strings.Replace(spec(`{type: object}`), "openAPIV3Schema: {type: object, properties: {spec: {type: object}}}", "openAPIV3Schema: {type: string}", 1),
		"a group of the community":       strings.ReplaceAll(spec(`{type: object}`), "depot.example.com", "depot.k8s.io"),
		"an approval that is no URL":     strings.ReplaceAll(strings.Replace(spec(`{type: object}`), "metadata: {", "metadata: {annotations: {api-approved.kubernetes.io: yes please}, ", 1), "depot.example.com", "depot.k8s.io"),
		"a group without a dot":          strings.ReplaceAll(spec(`{type: object}`), "depot.example.com", "depot"),
	} {
		t.Run(name, func(t *testing.T) {
			object := read(t, []byte(text))
			_, want := theirs.Resource(crds).Create(t.Context(), object.DeepCopy(), metav1.CreateOptions{DryRun: []string{"All"}})
			require.True(t, apierrors.IsInvalid(want), "%v", want)
			_, got := ours.Resource(crds).Create(t.Context(), object.DeepCopy(), metav1.CreateOptions{DryRun: []string{"All"}})
			assert.Equal(t, causes(want), causes(got))
		})
	}

	require.NoError(t, live.Install(t.Context(), read(t, []byte(spec(`{type: object}`)))))
	_, err = ours.Resource(crds).Create(t.Context(), read(t, []byte(spec(`{type: object}`))), metav1.CreateOptions{})
	require.NoError(t, err)
	for _, path := range []string{"scope", "names.kind", "names.plural", "group"} {
		t.Run("a change of "+path, func(t *testing.T) {
			var answers [2][]string
			for i, server := range []dynamic.Interface{theirs, ours} {
				object, err := server.Resource(crds).Get(t.Context(), "crates.depot.example.com", metav1.GetOptions{})
				require.NoError(t, err)
				value := map[string]string{"scope": "Cluster", "names.kind": "Box", "names.plural": "boxes", "group": "yard.example.com"}[path]
				require.NoError(t, unstructured.SetNestedField(object.Object, value, append([]string{"spec"}, strings.Split(path, ".")...)...))
				_, err = server.Resource(crds).Update(t.Context(), object, metav1.UpdateOptions{DryRun: []string{"All"}})
				require.True(t, apierrors.IsInvalid(err), "%v", err)
				answers[i] = causes(err)
			}
			assert.Equal(t, answers[0], answers[1])
		})
	}
}

func spec(text string) string { return strings.Replace(crate, "SPEC", text, 1) }

// causes returns the causes of an error, sorted.
func causes(err error) (all []string) {
	status, ok := err.(apierrors.APIStatus)
	if !ok || status.Status().Details == nil {
		return []string{fmt.Sprint(err)}
	}
	for _, cause := range status.Status().Details.Causes {
		all = append(all, fmt.Sprintf("%s %s: %s", cause.Type, cause.Field, cause.Message))
	}
	slices.Sort(all)
	return all
}
