package surface

import (
	"go/types"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

// generatedFolders are client-go's folders of generated code, which TestEveryPublishedDeclarationIsEmitted compares.
var generatedFolders = []string{"kubernetes", "informers", "listers", "applyconfigurations"}

// TestEveryNameOfClientGoIsHere compares the exported names of client-go's handwritten packages with ours, by type. testdata/clientgo.txt
// lists each package without a counterpart, and each name that is missing or has another type, with the reason.
func TestEveryNameOfClientGoIsHere(t *testing.T) {
	clientGoPackages := load(t, ".", handwritten(t)...)
	require.Greater(t, len(clientGoPackages), 70, "client-go was not found")
	var counterparts []string
	for pkg := range clientGoPackages {
		counterparts = append(counterparts, counterpart(pkg))
	}
	ours := load(t, filepath.Join("..", ".."), existingPackages(t, counterparts)...)
	typeWriter, reasons := newTypeWriter(clientGoPackages, ours), readKnownDifferences(t)
	total := 0
	for _, pkg := range slices.Sorted(maps.Keys(clientGoPackages)) {
		short := strings.TrimPrefix(pkg, clientGo+"/")
		want, own := typeWriter.exported(clientGoPackages[pkg]), ours[counterpart(pkg)]
		if len(want) == 0 {
			continue
		}
		if own == nil {
			assert.True(t, reasons.excuse(short, ""), "%s has no counterpart, and testdata/clientgo.txt does not say why", short)
			continue
		}
		have := typeWriter.exported(own)
		for _, name := range slices.Sorted(maps.Keys(want)) {
			total++
			if have[name] != want[name] && !reasons.excuse(short, name) {
				assert.Fail(t, "missing or of another type", "%s %s\n  client-go: %s\n  ours:      %s", short, name, want[name], have[name])
			}
		}
	}
	for _, e := range reasons {
		assert.Positive(t, e.used, "testdata/clientgo.txt: nothing differs any more at %s %s", e.pkg, e.name)
	}
	t.Logf("%d names in %d packages, %d known differences", total, len(ours), len(reasons))
}

// handwritten returns the import paths of client-go's handwritten packages.
func handwritten(t *testing.T) []string {
	t.Helper()
	all, err := packages.Load(&packages.Config{Mode: packages.NeedName, Context: t.Context()}, clientGo+"/...")
	require.NoError(t, err)
	var paths []string
	for _, p := range all {
		if p.Name != "main" && !isSkipped(p.PkgPath) {
			paths = append(paths, p.PkgPath)
		}
	}
	return paths
}

// isSkipped reports whether a package is generated, internal or an example.
func isSkipped(pkg string) bool {
	name := strings.TrimPrefix(pkg, clientGo+"/")
	first, below, _ := strings.Cut(name, "/")
	return slices.Contains(generatedFolders, first) && name != "listers" ||
		slices.Contains(strings.Split(below, "/"), "internal") || first == "examples"
}

// load reads the types of packages from export data. The folder is in the module that requires them.
func load(t *testing.T, folder string, patterns ...string) map[string]*types.Package {
	t.Helper()
	mode := packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile
	loaded, err := packages.Load(&packages.Config{Mode: mode, Dir: folder, Context: t.Context()}, patterns...)
	require.NoError(t, err)
	all := map[string]*types.Package{}
	for _, p := range loaded {
		for _, failure := range p.Errors {
			assert.Fail(t, "a package cannot be loaded", "%s: %v", p.PkgPath, failure)
		}
		all[p.PkgPath] = p.Types
	}
	return all
}

// existingPackages returns those of the packages that exist in this repository.
func existingPackages(t *testing.T, pkgs []string) []string {
	t.Helper()
	return slices.DeleteFunc(pkgs, func(pkg string) bool {
		entries, err := os.ReadDir(path.Join("..", "..", strings.TrimPrefix(pkg, module)))
		return err != nil || !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasSuffix(e.Name(), ".go") })
	})
}

// knownDifference is a line of testdata/clientgo.txt.
type knownDifference struct {
	pkg, name string // an empty name stands for the whole package
	used      int
}

type knownDifferences []*knownDifference

func (e knownDifferences) excuse(pkg, name string) bool {
	for _, one := range e {
		if one.pkg == pkg && one.name == name {
			one.used++
			return true
		}
	}
	return false
}

// readKnownDifferences reads lines of PACKAGE NAME REASON. The name "-" stands for the whole package.
func readKnownDifferences(t *testing.T) knownDifferences {
	t.Helper()
	data, err := os.ReadFile("testdata/clientgo.txt")
	require.NoError(t, err)
	var all knownDifferences
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		require.Len(t, fields, 3, "testdata/clientgo.txt: %q is not PACKAGE NAME REASON", line)
		if fields[1] == "-" {
			fields[1] = ""
		}
		all = append(all, &knownDifference{pkg: fields[0], name: fields[1]})
	}
	return all
}
