package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plantRepository makes a repository with the files that hack/release.sh reads, and returns a function that runs a command
// in it.
func plantRepository(t *testing.T) (dir string, run func(name string, args ...string) (string, error)) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"hack/release.sh", "go.mod", "generated/kubernetes/go.mod", "standin/go.mod", "runtime/apitest/cel/go.mod"} {
		text, err := os.ReadFile("../" + name)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o755))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "CHANGELOG.md"), []byte("# Changes\n\n## 0.2.0\n\n## 1.0.0-rc.1\n"), 0o600))
	run = func(name string, args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := cmd.CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"commit", "-qm", "all"}} {
		out, err := run("git", args...)
		require.NoError(t, err, out)
	}
	return dir, run
}

func TestRelease(t *testing.T) {
	dir, run := plantRepository(t)
	out, err := run("hack/release.sh", "v0.2.0")
	require.NoError(t, err, out)
	assert.Contains(t, out, "next: git push origin HEAD v0.2.0 generated/kubernetes/v0.2.0 standin/v0.2.0 runtime/apitest/cel/v0.2.0")
	tags, err := run("git", "tag", "--points-at", "HEAD")
	require.NoError(t, err)
	assert.Equal(t, "generated/kubernetes/v0.2.0\nruntime/apitest/cel/v0.2.0\nstandin/v0.2.0\nv0.2.0", tags)
	for _, name := range []string{"generated/kubernetes/go.mod", "standin/go.mod", "runtime/apitest/cel/go.mod"} {
		mod, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Contains(t, string(mod), "github.com/typewright/typewright v0.2.0")
	}
	status, err := run("git", "status", "--porcelain")
	require.NoError(t, err)
	assert.Empty(t, status)
}

func TestReleasesThatAreRefused(t *testing.T) {
	dir, run := plantRepository(t)
	for args, want := range map[string]string{
		"":            "usage: hack/release.sh",
		"0.2.0":       "0.2.0 is no version",
		"v0.2":        "v0.2 is no version",
		"v2.0.0":      "the major version",
		"v0.3.0":      `CHANGELOG.md has no section "## 0.3.0"`,
		"v0.2.0 more": "usage: hack/release.sh",
	} {
		out, err := run("hack/release.sh", strings.Fields(args)...)
		assert.Error(t, err, args)
		assert.Contains(t, out, want)
	}
	_, err := run("git", "tag", "standin/v0.2.0")
	require.NoError(t, err)
	out, err := run("hack/release.sh", "v0.2.0")
	assert.Error(t, err)
	assert.Contains(t, out, "the tag standin/v0.2.0 exists")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "CHANGELOG.md"), nil, 0o600))
	out, err = run("hack/release.sh", "v1.0.0-rc.1")
	assert.Error(t, err)
	assert.Contains(t, out, "commit or put away")
	tags, err := run("git", "tag")
	require.NoError(t, err)
	assert.Equal(t, "standin/v0.2.0", tags, "nothing was made")
}
