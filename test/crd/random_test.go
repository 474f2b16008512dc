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
	randomSeed     = flag.Uint64("random.seed", 1, "seed of the first project; the others follow")
	randomPackages = flag.Int("random.packages", 30, "number of random API packages to compare, at least")
	randomKeep     = flag.String("random.keep", "", "folder to leave the projects with differences in")
)

// without are the rows of test/random/source that cannot be compared: types of which there is no definition, and those of
// docs/decisions/crds.md for which controller-gen has errors or other schemas.
func without() []string {
	return slices.Concat(
		[]string{"Node", "Tree", "Graph", "Ring", "Mutual", "Endless", "Lower", "Shape", "LocalTypes"},                                                                                                           // contain themselves, or are interfaces
		[]string{"Opt", "Pair", "PairOfStructs", "Nested", "NestedTwice", "GenericMap", "AliasGeneric", "Anonymous"},                                                                                             // controller-gen has errors
		[]string{"IntKeyMap", "UintKeyMap", "Untagged", "InlineUntagged", "InlineLower", "Quoted", "Nameless", "Number", "AliasStrings", "AliasStructs", "NamespacedName", "NamedBytes", "NamedBytesPointerMap"}, // the same
		[]string{"OwnJSON", "RawMessage", "RawMessageMap", "GoTime"},                                                                                                                                             // MarshalJSON without a marker
		[]string{"NoVerbs", "OnlyVerbs", "ResourceName", "ForeignLetters", "NoStatus", "InterfaceKind", "WordVersion", "Methods"},                                                                                // clients and definitions agree
	)
}

// TestRandomDefinitions makes API packages of seeds, gives their fields and kinds random markers, and holds the definitions of clientgen
// to those of controller-gen.
func TestRandomDefinitions(t *testing.T) {
	t.Logf("-random.seed %d -random.packages %d", *randomSeed, *randomPackages)
	packages, definitions := 0, 0
	for seed := *randomSeed; packages < *randomPackages; seed++ {
		project := source.Make(seed, source.Options{Without: without()})
		decorate(project)
		dir := t.TempDir()
		writeProject(t, dir, project)
		patterns := make([]string, len(project.Inputs))
		for i, input := range project.Inputs {
			patterns[i] = "./" + project.Name + "/" + strings.TrimPrefix(input, "./")
		}
		want, got := theirs(t, dir, patterns), ours(t, dir, patterns)
		_, differences := difference(want, got)
		differences = slices.DeleteFunc(differences, func(text string) bool { // a cluster refuses this, which comes of an embedded struct
			return strings.HasSuffix(text, ".openAPIV3Schema.x-kubernetes-map-type: theirs alone: atomic")
		})
		if !assert.Empty(t, differences, "-random.seed %d -random.packages 1", seed) && *randomKeep != "" {
			require.NoError(t, os.CopyFS(filepath.Join(*randomKeep, project.Name), os.DirFS(dir)))
		}
		assert.Empty(t, refusals(t, got), "-random.seed %d -random.packages 1: refused by the API server", seed)
		packages += len(project.Packages)
		definitions += len(want)
	}
	assert.Greater(t, definitions, *randomPackages/3, "definitions were compared")
	t.Logf("%d packages, %d definitions", packages, definitions)
}

// writeProject writes the module that a project lies in. It requires what this repository requires.
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

// difference compares definitions by file name: how many are equal, and what differs in others.
func difference(want, got map[string]any) (equal int, differences []string) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		found := []string{"theirs alone"}
		if got[name] != nil {
			found = compare("", normal(want[name]), normal(got[name]))
		}
		for _, one := range found {
			differences = append(differences, fmt.Sprintf("%s: %s", name, one))
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
