package crd

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/test/random/source"
)

var (
	randomSeed     = flag.Uint64("random.seed", 1, "seed of the first project; the next ones have the seeds after it")
	randomPackages = flag.Int("random.packages", 30, "number of random API packages to compare, at least")
	randomKeep     = flag.String("random.keep", "", "folder in which projects with differences are kept")
)

// excludedForms returns the rows of test/random/source that cannot be compared: types that no definition can describe, and types for
// which controller-gen reports errors or makes other schemas, see docs/decisions/crds.md.
func excludedForms() []string {
	return slices.Concat(
		[]string{"Node", "Tree", "Graph", "Ring", "Mutual", "Endless", "Lower", "Shape", "LocalTypes"},                                                                                                           // contain themselves, or are interfaces
		[]string{"Opt", "Pair", "PairOfStructs", "Nested", "NestedTwice", "GenericMap", "AliasGeneric", "Anonymous"},                                                                                             // controller-gen has errors
		[]string{"IntKeyMap", "UintKeyMap", "Untagged", "InlineUntagged", "InlineLower", "Quoted", "Nameless", "Number", "AliasStrings", "AliasStructs", "NamespacedName", "NamedBytes", "NamedBytesPointerMap"}, // controller-gen has errors or other schemas
		[]string{"OwnJSON", "RawMessage", "RawMessageMap", "GoTime"},                                                                                                                                             // MarshalJSON without a marker
		[]string{"NoVerbs", "OnlyVerbs", "ResourceName", "ForeignLetters", "NoStatus", "InterfaceKind", "WordVersion", "Methods"},                                                                                // affect clients, and would affect our definitions but not those of controller-gen
	)
}

// TestRandomDefinitions generates random API packages with random markers, and compares the definitions of clientgen with those of
// controller-gen.
func TestRandomDefinitions(t *testing.T) {
	t.Logf("-random.seed %d -random.packages %d", *randomSeed, *randomPackages)
	packages, definitions := 0, 0
	for seed := *randomSeed; packages < *randomPackages; seed++ {
		project := source.Make(seed, source.Options{Without: excludedForms()})
		addMarkers(project)
		dir := t.TempDir()
		writeProject(t, dir, project)
		patterns := make([]string, len(project.Inputs))
		for i, input := range project.Inputs {
			patterns[i] = "./" + project.Name + "/" + strings.TrimPrefix(input, "./")
		}
		want, got := controllerGenDefinitions(t, dir, patterns), clientgenDefinitions(t, dir, patterns)
		_, differences := compareDefinitions(want, got)
		differences = slices.DeleteFunc(differences, func(text string) bool { // controller-gen takes this from an embedded struct; an API server refuses it
			return strings.HasSuffix(text, ".openAPIV3Schema.x-kubernetes-map-type: theirs alone: atomic")
		})
		if !assert.Empty(t, differences, "-random.seed %d -random.packages 1", seed) && *randomKeep != "" {
			require.NoError(t, os.CopyFS(filepath.Join(*randomKeep, project.Name), os.DirFS(dir)))
		}
		assert.Empty(t, validationErrors(t, got), "-random.seed %d -random.packages 1: refused by the API server", seed)
		packages += len(project.Packages)
		definitions += len(want)
	}
	assert.Greater(t, definitions, *randomPackages/3, "too few definitions were compared")
	t.Logf("%d packages, %d definitions", packages, definitions)
}

// writeProject writes a project and the go.mod of its module, with the requirements of this repository.
func writeProject(t *testing.T, dir string, p *source.Project) {
	t.Helper()
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	sum, err := os.ReadFile("../../go.sum")
	require.NoError(t, err)
	const self = "module github.com/typewright/typewright"
	files := map[string]string{"go.mod": strings.Replace(string(mod), self, "module "+source.Module, 1), "go.sum": string(sum)}
	for name, text := range p.Files() {
		files[filepath.Join(p.Name, filepath.FromSlash(name))] = text
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(files[name]), 0o600))
	}
}

// compareDefinitions compares definitions with the same file name. It returns how many are equal, and the differences of the others.
func compareDefinitions(want, got map[string]any) (equal int, differences []string) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		found := []string{"theirs alone"}
		if got[name] != nil {
			found = compare("", normalize(want[name]), normalize(got[name]))
		}
		for _, oneIn := range found {
			differences = append(differences, fmt.Sprintf("%s: %s", name, oneIn))
		}
		if len(found) == 0 {
			equal++
		}
	}
	for name := range got {
		if want[name] == nil {
			differences = append(differences, name+": ours alone")
		}
	}
	slices.Sort(differences)
	return equal, slices.Compact(differences)
}
