package crd

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
	crdgen "sigs.k8s.io/controller-tools/pkg/crd"
	"sigs.k8s.io/controller-tools/pkg/genall"
	"sigs.k8s.io/controller-tools/pkg/loader"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/gen"
)

// api is a set of API packages whose definitions are compared.
type api struct {
	name     string
	packages []string
	// equal is the number of definitions that are the same. known has a part of each line that describes a difference in the others;
	// docs/decisions/crds.md explains them.
	equal int
	known []string
}

func apis() []api {
	const (
		own     = "github.com/typewright/typewright/apis/"
		alarm   = "telemetry.fleet.typewright.dev_thresholds.yaml: .spec.versions[0].schema.openAPIV3Schema.properties.alarm.properties."
		certs   = "github.com/cert-manager/cert-manager/pkg/apis/"
		gateway = "sigs.k8s.io/gateway-api/apis/"
		kueue   = "sigs.k8s.io/kueue/apis/kueue/"
		prom    = "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/"
		capi    = "sigs.k8s.io/cluster-api/api/"
	)
	return []api{
		{name: "apis", packages: []string{own + "fleet/...", own + "telemetry/..."}, equal: 5, known: []string{
			"telemetry.fleet.typewright.dev_calibrations.yaml: theirs alone",
			"telemetry.fleet.typewright.dev_readingreviews.yaml: theirs alone",
			alarm + "notes.maxProperties: ours alone: 4",
			alarm + "notes.minProperties: ours alone: 1",
			alarm + "page.maxLength: ours alone: 16",
			alarm + "page.minLength: ours alone: 3",
			alarm + "steps.minItems: ours alone: 1",
		}},
		{name: "cert-manager", packages: []string{certs + "acme/v1", certs + "certmanager/v1"}, equal: 6},
		{
			name: "cluster-api", packages: []string{capi + "core/v1beta1", capi + "core/v1beta2"}, equal: 8,
		},
		{name: "gateway-api", packages: []string{gateway + "v1", gateway + "v1alpha2", gateway + "v1beta1"}, equal: 10},
		{name: "kueue", packages: []string{kueue + "v1beta1", kueue + "v1beta2"}, equal: 11},
		{name: "prometheus-operator", packages: []string{prom + "v1", prom + "v1alpha1", prom + "v1beta1"}, equal: 9, known: []string{
			"monitoring.coreos.com_probes.yaml: .spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.authorization.description: authorization section",
		}},
	}
}

// memoryOutput is an output rule of controller-gen that keeps files in memory, by path.
type memoryOutput map[string]*bytes.Buffer

func (m memoryOutput) Open(_ *loader.Package, path string) (io.WriteCloser, error) {
	m[path] = &bytes.Buffer{}
	return nopCloser{m[path]}, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// controllerGenDefinitions returns the definitions that controller-gen makes, by file name. The patterns of the packages are resolved
// in dir.
func controllerGenDefinitions(t *testing.T, dir string, patterns []string) map[string]any {
	t.Helper()
	yes := true
	var generator genall.Generator = crdgen.Generator{AllowDangerousTypes: &yes, OmitToolVersion: &yes, IgnoreUnexportedFields: &yes}
	runtime, err := genall.Generators{&generator}.ForRootsWithConfig(&packages.Config{Dir: dir}, patterns...)
	require.NoError(t, err)
	files := memoryOutput{}
	runtime.OutputRules = genall.OutputRules{Default: files}
	assert.False(t, runtime.Run(), "controller-gen reports errors for %v", patterns)
	definitions := map[string]any{}
	for name, text := range files {
		definitions[name] = parse(t, text.Bytes())
	}
	return definitions
}

// clientgenDefinitions returns the definitions that clientgen makes, by file name.
func clientgenDefinitions(t *testing.T, dir string, patterns []string) map[string]any {
	t.Helper()
	out := t.TempDir()
	res, err := gen.Run(t.Context(), gen.Config{
		Tool: "clientgen", Dir: dir, Inputs: patterns, With: []string{"crd"}, OutputDir: out, OutputPkg: "example.com/out", CRDDir: out, HeaderFile: "none",
	})
	require.NoError(t, err)
	definitions := map[string]any{}
	for _, f := range res.Set.Files {
		definitions[filepath.Base(f.Path)] = parse(t, f.Source)
	}
	return definitions
}

func parse(t *testing.T, text []byte) any {
	t.Helper()
	var doc any
	require.NoError(t, yaml.Unmarshal(text, &doc))
	return doc
}

func TestDefinitionsOfPublishedAPIs(t *testing.T) {
	for _, s := range apis() {
		t.Run(s.name, func(t *testing.T) {
			start := time.Now()
			want := controllerGenDefinitions(t, "", s.packages)
			middle := time.Now()
			got := clientgenDefinitions(t, "", s.packages)
			t.Logf("controller-gen %v, clientgen %v", middle.Sub(start), time.Since(middle))
			equal, differences := compareDefinitions(want, got)
			assert.Equal(t, s.equal, equal)
			if s.name != "gateway-api" { // its group needs an approval annotation, which gateway-api adds in a later step
				assert.Empty(t, validationErrors(t, got), "the API server refuses definitions")
			}
			if assert.Len(t, differences, len(s.known), "%v", differences) {
				for i, begin := range s.known {
					assert.Contains(t, differences[i], begin)
				}
			}
		})
	}
}

// normalize removes differences that have no meaning from a document: spaces around descriptions, empty subresources, and allOf lists that
// can be merged.
func normalize(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, inner := range v {
			if text, ok := inner.(string); ok && key == "description" {
				inner = strings.TrimSpace(text)
			}
			if inner = normalize(inner); key == "subresources" && reflect.DeepEqual(inner, map[string]any{}) {
				continue
			}
			out[key] = inner
		}
		mergeAllOf(out)
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = normalize(inner)
		}
		return out
	}
	return value
}

// mergeAllOf moves values that all elements of an allOf have into the schema itself: controller-gen repeats a bound that a type and its
// field share.
func mergeAllOf(schema map[string]any) {
	list, _ := schema["allOf"].([]any)
	var parts []map[string]any
	for _, element := range list {
		if part, ok := element.(map[string]any); ok {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return
	}
	for key, value := range maps.Clone(parts[0]) {
		if slices.ContainsFunc(parts, func(part map[string]any) bool { return !reflect.DeepEqual(part[key], value) }) {
			continue
		}
		schema[key] = value
		for _, part := range parts {
			delete(part, key)
		}
	}
	if !slices.ContainsFunc(parts, func(part map[string]any) bool { return len(part) > 0 }) {
		delete(schema, "allOf")
	}
}

// compare lists the places where two documents differ. "Theirs" is controller-gen's, "ours" clientgen's.
func compare(at string, want, got any) []string {
	w, isMap := want.(map[string]any)
	g, both := got.(map[string]any)
	if isMap && both {
		var differences []string
		for _, key := range slices.Sorted(maps.Keys(w)) {
			if _, ok := g[key]; !ok {
				differences = append(differences, fmt.Sprintf("%s.%s: theirs alone: %v", at, key, w[key]))
				continue
			}
			differences = append(differences, compare(at+"."+key, w[key], g[key])...)
		}
		for _, key := range slices.Sorted(maps.Keys(g)) {
			if _, ok := w[key]; !ok {
				differences = append(differences, fmt.Sprintf("%s.%s: ours alone: %v", at, key, g[key]))
			}
		}
		return differences
	}
	wl, isList := want.([]any)
	gl, both := got.([]any)
	if isList && both && len(wl) == len(gl) {
		var differences []string
		for i := range wl {
			differences = append(differences, compare(fmt.Sprintf("%s[%d]", at, i), wl[i], gl[i])...)
		}
		return differences
	}
	if !reflect.DeepEqual(want, got) {
		return []string{fmt.Sprintf("%s: %v is ours, %v is theirs", at, got, want)}
	}
	return nil
}
