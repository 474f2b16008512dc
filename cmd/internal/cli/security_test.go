//go:build unix

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A hostile repository has links to files of the user who runs the commands in it.
func TestSecurityLinksInTheRepository(t *testing.T) {
	tests := map[string]struct {
		link, target, want string
	}{
		"a temporary file":    {"generated/listers/fleet/v1/.informergen-listers.go.tmp", "rc", ".informergen-listers.go.tmp: this is a symbolic link: its name is that of a temporary file of informergen: remove it\n"},
		"an emitted file":     {"generated/listers/fleet/v1/listers.go", "rc", "listers.go: this is a symbolic link: the run emits a file here: remove it, or emit to another folder\n"},
		"a folder":            {"generated/listers/fleet", "folder", "generated/listers/fleet: this is a symbolic link: "},
		"the output folder":   {"generated", "folder", "/generated: this is a symbolic link: "},
		"a file that is none": {"generated/listers/fleet/v1/listers.go", "folder", "listers.go: this is a symbolic link"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir, home := project(t), t.TempDir()
			require.Equal(t, 0, call(t, dir, "informergen", "--with=listers").code)
			require.NoError(t, os.RemoveAll(filepath.Join(dir, test.link)))
			write(t, home, "rc", "export TOKEN=hunter2\n")
			write(t, home, "folder/mine", "hunter2\n")
			before := snapshot(t, home)
			path := filepath.Join(dir, test.link)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
			require.NoError(t, os.Symlink(filepath.Join(home, test.target), path))
			for _, args := range [][]string{{"--with=listers"}, {"--with=listers", "--verify"}, {"--with=listers", "--adopt"}} {
				got := call(t, dir, "informergen", args...)
				assert.Equal(t, 1, got.code)
				assert.Contains(t, got.errors, test.want)
				assert.NotContains(t, got.out+got.errors, "hunter2")
				assert.Equal(t, before, snapshot(t, home))
			}
		})
	}
}

// The commands work when the working folder is reached through a link.
func TestWorkingFolderByALink(t *testing.T) {
	dir := project(t)
	shortcut := filepath.Join(t.TempDir(), "shortcut")
	require.NoError(t, os.Symlink(dir, shortcut))
	t.Setenv("PWD", shortcut)
	got := call(t, shortcut, "clientgen")
	require.Equal(t, 0, got.code, got.errors)
	assert.FileExists(t, filepath.Join(dir, "generated/clientset/versioned/clientset.go"))
	assert.FileExists(t, filepath.Join(dir, "apis/fleet/v1/zz_generated.deepcopy.go"))
	assert.Contains(t, call(t, shortcut, "clientgen", "--verbose").errors, remembered)
}

// The command that docs/ci.md recommends for CI fails when the generator is killed, for example when memory runs out.
func TestAKilledVerifyIsRed(t *testing.T) {
	const command = `"$(go tool -n clientgen)" --verify`
	page, err := os.ReadFile("../../../docs/ci.md")
	require.NoError(t, err)
	require.Contains(t, string(page), "\n"+command+"\n")

	dir := project(t)
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	goIn(t, dir, "mod", "edit", "-tool=github.com/typewright/typewright/cmd/clientgen")
	goIn(t, dir, "tool", "-n", "clientgen")
	goBin, err := exec.LookPath("go")
	require.NoError(t, err)
	t.Setenv("REAL_GO", goBin)
	t.Setenv("PATH", killingGo(t)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Dir = dir
	out, _ := cmd.CombinedOutput()
	const killed = 128 + 9
	assert.Equal(t, killed, cmd.ProcessState.ExitCode(), string(out))
}

// killingGo makes a folder with a go command that runs tools, but kills a generator that lists packages.
func killingGo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\nif [ \"$1\" = tool ]; then exec \"$REAL_GO\" \"$@\"; fi\nkill -9 $PPID\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o700))
	return dir
}
