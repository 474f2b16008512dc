package docs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNewcomer does word for word what the README says of an empty folder, with the modules of this checkout in place of published ones,
// and then what a newcomer would try next.
func TestNewcomer(t *testing.T) {
	env := localProxy(t)
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	commands := regexp.MustCompile("(?s)```sh\n([^`]*clientgen@latest init[^`]*)```").FindSubmatch(readme)
	require.NotNil(t, commands, "the README says how to begin")
	parent := t.TempDir()
	dir := folder(t, parent, "fleet")
	out := shell(t, dir, env, string(commands[1]))
	assert.Regexp(t, `added ada\nupdated ada Working\ndeleted ada\nnext: .*go generate \./\.\.\. && go run \.\n.*kubectl apply -f config/crd .*\n$`, out)
	assert.Contains(t, out, "\nnext: go mod tidy && go run .\n")
	shell(t, dir, env, "go vet ./... && go test ./... && go generate ./... && test -f config/crd/fleet.example.com_robots.yaml")
	assert.Empty(t, shell(t, dir, env, upToDate))

	t.Run("Bazel", func(t *testing.T) { ordinary(t, dir, env) })
	t.Run("workspace", func(t *testing.T) { workspace(t, parent, append(env, "GOWORK=")) })
	t.Run("vendor", func(t *testing.T) { vendor(t, parent, env) })
}

const upToDate = `"$(go tool -n clientgen)" --verify --quiet && "$(go tool -n informergen)" --verify --quiet`

// ordinary checks what tools such as gazelle make build files from: the Go files of each folder are one package for every
// platform, no other file is among them, and go.mod names the module of each import.
func ordinary(t *testing.T, dir string, env []string) {
	files := 0
	for _, root := range []string{"apis", "generated"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(dir, root), func(path string, entry os.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				files++
				assert.Equal(t, ".go", filepath.Ext(path))
				checkOrdinary(t, path)
			}
			return err
		}))
	}
	assert.Greater(t, files, 20)
	listed := shell(t, dir, env, "go list -e -deps -f '{{with .Error}}{{.}}{{end}}{{with .DepsErrors}}{{.}}{{end}}' ./... && go mod tidy -diff")
	assert.Empty(t, strings.TrimSpace(listed))
}

// workspace makes a second module beside the first, in a workspace of both, and uses what is generated in the first from there.
func workspace(t *testing.T, parent string, env []string) {
	dir := folder(t, parent, "app")
	shell(t, dir, env, "go mod init example.com/app && cd .. && go work init ./fleet ./app")
	out := shell(t, dir, env, "go run "+self+"/cmd/clientgen@latest init && go mod tidy && go run .")
	assert.Contains(t, out, "\ndeleted ada\n")
	plant(t, dir, "both_test.go", `package main

import (
	"testing"

	ours "example.com/app/generated/clientset/versioned/fake"
	theirs "example.com/fleet/generated/clientset/versioned/fake"
)

func TestBoth(t *testing.T) {
	ours.NewClientset().FleetV1alpha1().Robots("default")
	theirs.NewClientset().FleetV1alpha1().Robots("default")
}
`)
	shell(t, dir, env, "go vet ./... && go test ./... && go generate ./...")
	for _, module := range []string{"fleet", "app"} {
		assert.Empty(t, shell(t, filepath.Join(parent, module), env, upToDate), module)
	}
}

// vendor copies the dependencies of the first module into it, and then runs init in a module that already has a vendor
// folder. The copies compile as they do elsewhere, so it is enough to check that everything is found: packages, embedded
// files and tools.
func vendor(t *testing.T, parent string, env []string) {
	const missing = "go list -mod=vendor -e -deps -f '{{with .Error}}{{.}}{{end}}' ./... tool"
	dir := filepath.Join(parent, "fleet")
	tools := strings.Fields(shell(t, dir, env, "go tool -n clientgen && go tool -n informergen"))
	require.Len(t, tools, 2)
	shell(t, dir, env, "go mod vendor")
	assert.Empty(t, strings.TrimSpace(shell(t, dir, env, missing)))
	for _, tool := range tools {
		assert.Empty(t, shell(t, dir, env, tool+" --verify --quiet"))
	}

	dir = folder(t, parent, "vendored")
	plant(t, dir, "lib/lib.go", "// Package lib needs a dependency.\npackage lib\n\nimport _ \"k8s.io/apimachinery/pkg/labels\"\n")
	shell(t, dir, env, "go mod init example.com/vendored && go mod tidy && go mod vendor")
	// With -trimpath copies of a module are compiled once, wherever they lie.
	out := shell(t, dir, append(env, "GOFLAGS=-trimpath"), "go run "+self+"/cmd/clientgen@latest init")
	steps, ok := strings.CutSuffix(out[strings.LastIndex(out, "\nnext: ")+1:], " && go run .\n")
	require.True(t, ok, out)
	shell(t, dir, env, strings.TrimPrefix(steps, "next: "))
	assert.Empty(t, strings.TrimSpace(shell(t, dir, env, missing)))
}

// folder makes an empty folder.
func folder(t *testing.T, parent, name string) string {
	t.Helper()
	dir := filepath.Join(parent, name)
	require.NoError(t, os.Mkdir(dir, 0o750))
	return dir
}

var export = regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`)

// localProxy packs the modules and returns the environment that hack/local-proxy.sh prints. After the test it removes them
// from the cache of modules.
func localProxy(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "../hack/local-proxy.sh", dir).Output()
	require.NoError(t, err)
	env := append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	for _, match := range export.FindAllStringSubmatch(string(out), -1) {
		env = append(env, match[1]+"="+match[2])
	}
	data, err := os.ReadFile(filepath.Join(dir, self, "@latest"))
	require.NoError(t, err)
	var latest struct{ Version string }
	require.NoError(t, json.Unmarshal(data, &latest))
	require.NotEmpty(t, latest.Version)
	t.Cleanup(func() { forget(t, latest.Version) })
	return env
}

// forget removes a version of our modules from the cache of modules.
func forget(t *testing.T, version string) {
	t.Helper()
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output() // the context of the test has ended
	require.NoError(t, err)
	for _, pattern := range []string{self + "@" + version, self + "/*@" + version, "cache/download/" + self + "/@v/" + version + ".*"} {
		found, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(cache)), pattern))
		require.NoError(t, err)
		for _, path := range found {
			require.NoError(t, exec.Command("chmod", "-R", "u+w", path).Run())
			require.NoError(t, os.RemoveAll(path))
		}
	}
}

func shell(t *testing.T, dir string, env []string, commands string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", commands)
	cmd.Dir, cmd.Env = dir, env
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", commands, out)
	return string(out)
}
