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
	dir := t.TempDir()
	out := shell(t, dir, env, string(commands[1]))
	assert.Regexp(t, `added ada\nupdated ada Working\ndeleted ada\nnext: .*go generate \./\.\.\. && go run \.\n.*kubectl apply -f config/crd .*\n$`, out)
	assert.Contains(t, out, "\nnext: go mod tidy && go run .\n")
	shell(t, dir, env, "go vet ./... && go test ./... && go generate ./... && test -f config/crd/fleet.example.com_robots.yaml")
	assert.Empty(t, shell(t, dir, env, `"$(go tool -n clientgen)" --verify --quiet && "$(go tool -n informergen)" --verify --quiet`))
}

var export = regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`)

// localProxy packs the modules, and returns the environment that hack/local-proxy.sh asks for. Afterwards the cache of modules does not
// have them any more.
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
