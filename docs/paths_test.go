package docs

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// quotedPath matches a path of this repository in backquotes: no pattern, no import path of another module.
var quotedPath = regexp.MustCompile("`((?:apis|bench|cmd|config|docs|examples|gen|generated|hack|internal|runtime|standin|test)/[\\w./-]+)`")

// Every file and folder that architecture.md names exists.
func TestPathsOfArchitecture(t *testing.T) {
	page, err := os.ReadFile("architecture.md")
	require.NoError(t, err)
	paths := quotedPath.FindAllStringSubmatch(string(page), -1)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		_, err := os.Stat("../" + path[1])
		assert.NoError(t, err)
	}
}

// Every package of every module is named in architecture.md: by its path, or by a folder above it and an ellipsis.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	page, err := os.ReadFile("architecture.md")
	require.NoError(t, err)
	named, below := map[string]bool{}, []string{}
	for _, quoted := range regexp.MustCompile("`([\\w./-]+?)/?(/…)?`").FindAllStringSubmatch(string(page), -1) {
		named[quoted[1]] = true
		if quoted[2] != "" {
			below = append(below, quoted[1]+"/")
		}
	}
	packages := packagesOf(t, "..")
	assert.Greater(t, len(packages), 900, "those of the nested modules too")
	for _, folder := range packages {
		within := func(parent string) bool { return strings.HasPrefix(folder+"/", parent) }
		assert.True(t, named[folder] || slices.ContainsFunc(below, within), "architecture.md does not name %s", folder)
	}
	for _, parent := range below {
		within := func(folder string) bool { return strings.HasPrefix(folder+"/", parent) }
		assert.True(t, slices.ContainsFunc(packages, within), "there is no package below %s", parent)
	}
}

// packagesOf returns the folders below a root that have Go files, testdata aside, relative to it.
func packagesOf(t *testing.T, root string) []string {
	t.Helper()
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".")):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".go"):
			folder, err := filepath.Rel(root, filepath.Dir(path))
			found[filepath.ToSlash(folder)] = true
			return err
		}
		return nil
	}))
	return slices.Sorted(maps.Keys(found))
}

// modules returns the paths of all go.mod files of the repository, relative to docs.
func modules(t *testing.T) []string {
	t.Helper()
	var files []string
	require.NoError(t, filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == "testdata" {
			return filepath.SkipDir
		}
		if entry.Name() == "go.mod" {
			files = append(files, path)
		}
		return err
	}))
	require.Greater(t, len(files), 10)
	return files
}

// Every module that a go.mod requires has its reason in CONTRIBUTING.md, and no other module is listed: the first table is
// about the main module, the second one about modules that only nested modules require.
func TestDependenciesHaveReasons(t *testing.T) {
	required := map[string]bool{}
	for _, file := range modules(t) {
		mod, err := os.ReadFile(file)
		require.NoError(t, err)
		parsed, err := modfile.Parse(file, mod, nil)
		require.NoError(t, err)
		for _, r := range parsed.Require {
			if !r.Indirect && !strings.HasPrefix(r.Mod.Path, self) {
				required[r.Mod.Path] = required[r.Mod.Path] || file == "../go.mod"
			}
		}
		for _, tool := range parsed.Tool {
			if module := moduleOf(parsed, tool.Path); module != "" {
				required[module] = required[module] || file == "../go.mod"
			}
		}
	}
	page, err := os.ReadFile("../CONTRIBUTING.md")
	require.NoError(t, err)
	main, nested, found := strings.Cut(string(page), "Only nested modules require")
	require.True(t, found)
	for _, table := range []struct {
		text   string
		ofMain bool
	}{{main, true}, {nested, false}} {
		var explained, want []string
		for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .{5,}\\|$").FindAllStringSubmatch(table.text, -1) {
			explained = append(explained, row[1])
		}
		for module, ofMain := range required {
			if ofMain == table.ofMain {
				want = append(want, module)
			}
		}
		assert.ElementsMatch(t, want, explained)
	}
}

// moduleOf returns the required module that has a package; empty for one of our own.
func moduleOf(mod *modfile.File, path string) string {
	module := ""
	for _, r := range mod.Require {
		if strings.HasPrefix(path+"/", r.Mod.Path+"/") && len(r.Mod.Path) > len(module) && !strings.HasPrefix(r.Mod.Path, self) {
			module = r.Mod.Path
		}
	}
	return module
}

// A program that imports the whole runtime does not require the modules that only the generators need, though one go.mod
// requires both: the go command leaves out modules that no imported package needs.
func TestProgramsDoNotNeedTheGenerators(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "../runtime/...")
	out, err := list.Output()
	require.NoError(t, err)
	program := "package main\n\n"
	for path := range strings.Lines(string(out)) {
		if path = strings.TrimSpace(path); !strings.Contains(path, "/internal/") {
			program += fmt.Sprintf("import _ %q\n", path)
		}
	}
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program+"\nfunc main() {}\n"), 0o600))
	mod := "module program.example\n\ngo 1.26.0\n\nreplace " + self + " => " + root + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o600))
	tidy := exec.CommandContext(t.Context(), "go", "mod", "tidy")
	tidy.Dir, tidy.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	printed, err := tidy.CombinedOutput()
	require.NoError(t, err, "%s", printed)
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "k8s.io/apimachinery")
	for _, module := range []string{"github.com/dave/jennifer", "golang.org/x/tools", "golang.org/x/mod", "github.com/rogpeppe/go-internal"} {
		assert.NotContains(t, string(text), module)
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	require.NoError(t, err)
	assert.False(t, strings.Contains(string(sums), "jennifer") || strings.Contains(string(sums), "golang.org/x/mod"), "the modules of the generators are downloaded")
}

// The versions that versions.md names are those of the modules.
func TestVersions(t *testing.T) {
	page, err := os.ReadFile("versions.md")
	require.NoError(t, err)
	for file, modules := range map[string][]string{
		"../go.mod":                      {"k8s.io/api", "k8s.io/apimachinery"},
		"../test/e2e/servers/go.mod":     {"k8s.io/kubernetes", "go.etcd.io/etcd/server/v3"},
		"../test/peers/go.mod":           {"k8s.io/client-go"},
		"../test/surface/go.mod":         {"k8s.io/client-go"},
		"../test/fakes/go.mod":           {"k8s.io/client-go"},
		"../test/dropin/go.mod":          {"k8s.io/client-go"},
		"../test/crd/go.mod":             {"sigs.k8s.io/controller-tools"},
		"../generated/kubernetes/go.mod": {"k8s.io/api"},
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		parsed, err := modfile.ParseLax(file, text, nil)
		require.NoError(t, err)
		versions := map[string]string{}
		for _, r := range parsed.Require {
			versions[r.Mod.Path] = r.Mod.Version
		}
		for _, module := range modules {
			assert.Regexp(t, regexp.QuoteMeta(versions[module])+`[ ,]`, string(page), "%s of %s", module, file)
			assert.NotEmpty(t, versions[module], "%s of %s", module, file)
		}
		assert.Contains(t, string(page), "| Go | "+parsed.Go.Version+" |", file)
	}
}
