// Package docs tests the pages that users read first.
package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/apitest"
)

const self = "github.com/typewright/typewright"

var block = regexp.MustCompile("(?s)\n```go\n// (\\S+\\.go)\n(.*?)```\n")

// The first steps make up a module: their Go blocks are files, with the path in the first line. The test does everything
// that the page says, vets the module and runs its tests. The README shows excerpts of these files or of what is emitted
// from them. The Go blocks of other pages are further files of this module.
func TestFirstSteps(t *testing.T) {
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	plantModule(t, root, dir)
	for _, file := range blocks(t, "first-steps.md") {
		plant(t, dir, file[1], file[2])
	}
	do(t, dir, "generate", "./...")
	for _, excerpt := range blocks(t, "../README.md") {
		text, err := os.ReadFile(filepath.Join(dir, excerpt[1]))
		require.NoError(t, err)
		assert.Contains(t, string(text), strings.Trim(excerpt[2], "\n"), "%s does not read so", excerpt[1])
	}
	for _, tool := range []string{"clientgen", "informergen"} {
		do(t, dir, "tool", tool, "--verify")
	}
	for _, page := range []string{"informers.md", "testing.md", "kubeconfig.md"} {
		for _, file := range blocks(t, page) {
			plant(t, dir, file[1], file[2])
		}
	}
	do(t, dir, "vet", "./...")
	t.Setenv("TEST_KUBECONFIG", cluster(t, dir))
	do(t, dir, "test", "./...")
}

// cluster starts a server with the module's definitions of custom resources, as after "kubectl apply -f config/crd", and
// returns the path of its kubeconfig.
func cluster(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "config", "crd", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var definitions []runtime.Object
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		definition := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal(text, definition), file)
		definitions = append(definitions, definition)
	}
	kubeconfig, err := apitest.Start(t, apitest.Options{Objects: definitions}).Kubeconfig()
	require.NoError(t, err)
	return kubeconfig
}

// blocks returns the path and the text of each Go block of a page.
func blocks(t *testing.T, path string) [][]string {
	t.Helper()
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	found := block.FindAllStringSubmatch(string(page), -1)
	require.NotEmpty(t, found)
	require.Len(t, found, strings.Count(string(page), "\n```go\n"), "every Go block of %s begins with the path of a file", path)
	return found
}

// plantModule makes a module that requires this one and what this one requires, as "go mod tidy" would do with a network.
func plantModule(t *testing.T, root, dir string) {
	t.Helper()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	text := strings.Replace(string(mod), "module "+self, "module example.com/fleet", 1)
	plant(t, dir, "go.mod", text+"\nrequire "+self+" v0.0.0\n\nreplace "+self+" => "+root+"\n")
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	plant(t, dir, "go.sum", string(sum))
}

func plant(t *testing.T, dir, path, text string) {
	t.Helper()
	path = filepath.Join(dir, filepath.FromSlash(path))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func do(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "GOPROXY=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s\n%s", strings.Join(args, " "), out)
}

var link = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)

// Every page is in the list of docs/README.md.
func TestEveryPageIsListed(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	require.NoError(t, err)
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, page := range pages {
		if page != "README.md" {
			assert.Contains(t, string(text), "]("+page+")")
		}
	}
}

// Links between the pages lead somewhere.
func TestLinks(t *testing.T) {
	for _, page := range allPages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, match := range link.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(match[1], "://") {
				_, err := os.Stat(filepath.Join(filepath.Dir(page), match[1]))
				assert.NoError(t, err, "%s links to %s", page, match[1])
			}
		}
	}
}

var (
	target = regexp.MustCompile("`(?:[A-Z]+=\\S+ )?make ([a-z]+)")
	script = regexp.MustCompile(`hack/[a-z-]+\.sh`)
)

// The targets and scripts that pages name exist.
func TestTargetsAndScripts(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	assert.LessOrEqual(t, strings.Count(string(makefile), "\n.PHONY: "), 12, "targets")
	for _, page := range allPages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, named := range target.FindAllStringSubmatch(string(text), -1) {
			assert.Contains(t, string(makefile), "\n"+named[1]+":", "%s names make %s", page, named[1])
		}
		for _, named := range script.FindAllString(string(text), -1) {
			_, err := os.Stat(filepath.Join("..", named))
			assert.NoError(t, err, page)
		}
	}
}

// allPages returns the pages of docs, of decisions, of the root and of examples.
func allPages(t *testing.T) []string {
	t.Helper()
	var pages []string
	for _, pattern := range []string{"*.md", "decisions/*.md", "../*.md", "../examples/*/README.md"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		pages = append(pages, found...)
	}
	return pages
}
