package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// quotedPath matches a path of this repository in backquotes: no pattern, no import path of another module.
var quotedPath = regexp.MustCompile("`((?:cmd|docs|gen|hack|runtime|test)/[\\w./-]+)`")

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

// Every module that go.mod requires has its reason in CONTRIBUTING.md, and no other.
func TestDependenciesHaveReasons(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	parsed, err := modfile.Parse("go.mod", mod, nil)
	require.NoError(t, err)
	var required []string
	for _, r := range parsed.Require {
		if !r.Indirect {
			required = append(required, r.Mod.Path)
		}
	}
	page, err := os.ReadFile("../CONTRIBUTING.md")
	require.NoError(t, err)
	var explained []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		explained = append(explained, row[1])
	}
	assert.ElementsMatch(t, required, explained)
}

// A program that imports all of the runtime requires none of the modules that only the generators need, though one go.mod requires both:
// the go command leaves out what no imported package needs.
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
	assert.False(t, strings.Contains(string(sums), "jennifer") || strings.Contains(string(sums), "golang.org/x/mod"), "they are downloaded")
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
