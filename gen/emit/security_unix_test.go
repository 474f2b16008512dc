//go:build unix

package emit

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// secret is the content of a file outside the tree of the run.
const secret = "export TOKEN=hunter2\n"

// TestSecurityObstacles puts links, pipes and other files where a run writes, as a hostile repository or a crash may. The run
// must not read, write, empty or remove anything outside its places, and its error must name the obstacle and what to do.
func TestSecurityObstacles(t *testing.T) {
	link := func(target string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { require.NoError(t, os.Symlink(target, path)) }
	}
	pipe := func(t *testing.T, path string) { require.NoError(t, syscall.Mkfifo(path, 0o600)) }
	folder := func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o700)) }
	socket := func(t *testing.T, path string) {
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", path)
		require.NoError(t, err)
		t.Cleanup(func() { _ = listener.Close() })
	}
	file := func(t *testing.T, path string) { require.NoError(t, os.WriteFile(path, nil, 0o600)) }
	const temp, old = ".clientgen-AAAA.tmp", ".clientgen-new.go.tmp"
	tests := map[string]struct {
		at    string
		plant func(t *testing.T, path string)
		want  string // "" where the run goes well
	}{
		"a link for a temporary file":          {"out/a/" + old, link("../../../outside/rc"), "name is that of a temporary file of clientgen: remove it"},
		"a dangling link for a temporary file": {"out/a/" + temp, link("../../../outside/none"), "this is a symbolic link: its name is that of a temporary file"},
		"a link beside the types":              {"api/" + temp, link("../../outside/rc"), "this is a symbolic link"},
		"a pipe for a temporary file":          {"out/a/" + temp, pipe, "this is a named pipe: its name is that of a temporary file"},
		"a socket for a temporary file":        {"out/a/" + temp, socket, "this is a socket"},
		"a folder for a temporary file":        {"out/a/" + temp, folder, "this is a folder"},
		"a link for a file":                    {"out/a/new.go", link("../../../outside/rc"), "new.go: this is a symbolic link: the run emits a file here: remove it, or emit to another folder"},
		"a dangling link for a file":           {"out/a/new.go", link("../../../outside/none"), "this is a symbolic link"},
		"a link beside the types for a file":   {"api/zz_generated.deepcopy.go", link("../../outside/rc"), "this is a symbolic link"},
		"a pipe for a file":                    {"out/a/new.go", pipe, "new.go: this is a named pipe: the run emits a file here"},
		"a socket for a file":                  {"out/a/new.go", socket, "this is a socket"},
		"a device for a file":                  {"out/a/new.go", link("/dev/zero"), "this is a symbolic link"},
		"a folder for a file":                  {"out/a/new.go", folder, "new.go: this is a folder"},
		"a link for a folder":                  {"out/b", link("../../outside"), "out/b: this is a symbolic link"},
		"a link to a folder inside":            {"out/b", link("a"), "and links are not followed: replace it by a folder, or emit to its target"},
		"a file for a folder":                  {"out/b", file, "out/b: this is a file"},
		"a pipe for a folder":                  {"out/b", pipe, "out/b: this is a named pipe"},
		"a link in an unused place":            {"out/c", link("../../outside"), ""},
		"a link to a file of ours":             {"out/a/gone.go", link("../../../outside/ours.go"), ""},
		"a pipe in an unused place":            {"out/a/pipe.go", pipe, ""},
	}
	wanted := tree{"out/a/new.go": ours("// new"), "out/b/new.go": ours("// new"), "api/zz_generated.deepcopy.go": ours("// new")}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			top := plant(t, tree{
				"outside/rc": secret, "outside/ours.go": ours("// another project's"), "outside/new.go": ours("// another project's"),
				"project/api/types.go": "package api\n", "project/out/a/stale.go": ours(""), "project/out/a/README.md": "read me\n",
			})
			project, outside := filepath.Join(top, "project"), filepath.Join(top, "outside")
			path := filepath.Join(project, filepath.FromSlash(test.at))
			test.plant(t, path)
			before, _ := os.Lstat(path)

			changes, err := Compare(setOf(project, wanted))
			if err == nil {
				err = Disk{Tool: tool}.Apply(t.Context(), changes)
			}
			if test.want != "" {
				assert.ErrorContains(t, err, test.want)
				assert.FileExists(t, filepath.Join(project, "out/a/stale.go"), "a run that fails changes nothing")
			} else {
				assert.NoError(t, err)
				assert.NoFileExists(t, filepath.Join(project, "out/a/stale.go"))
				assert.FileExists(t, filepath.Join(project, "out/b/new.go"))
			}
			assert.Equal(t, tree{
				"rc": secret, "ours.go": ours("// another project's"), "new.go": ours("// another project's"),
			}, readTree(t, outside))
			after, err := os.Lstat(path)
			require.NoError(t, err)
			assert.Equal(t, before.Mode(), after.Mode(), "what was planted stays")
			for _, c := range changes.List {
				assert.NotContains(t, string(Unified("x", c)), "hunter2")
			}
		})
	}
}

// A link to the output folder is an obstacle if it is inside the module; a link to the working folder is not.
func TestSecurityALinkForTheOutputFolder(t *testing.T) {
	top := plant(t, tree{"outside/rc": secret, "project/go.mod": "module x\n"})
	project := filepath.Join(top, "project")
	require.NoError(t, os.Symlink("../outside", filepath.Join(project, "out")))
	_, err := Compare(setOf(project, tree{"out/a.go": ours("")}))
	assert.ErrorContains(t, err, filepath.Join(project, "out")+": this is a symbolic link")
	assert.Equal(t, tree{"rc": secret}, readTree(t, filepath.Join(top, "outside")))

	require.NoError(t, os.Remove(filepath.Join(project, "out")))
	shortcut := filepath.Join(top, "shortcut")
	require.NoError(t, os.Symlink("project", shortcut))
	changes, err := Compare(setOf(shortcut, tree{"out/a.go": ours("")}))
	require.NoError(t, err)
	require.NoError(t, Disk{Tool: tool}.Apply(t.Context(), changes))
	assert.FileExists(t, filepath.Join(project, "out/a.go"))
}

// A link that appears after the comparison is not followed.
func TestSecurityLinksThatComeLate(t *testing.T) {
	top := plant(t, tree{"outside/a.go": ours("// another project's"), "project/out/d/a.go": ours("// old"), "project/out/d/gone.go": ours("")})
	project := filepath.Join(top, "project")
	changes, err := Compare(setOf(project, tree{"out/d/a.go": ours("// new")}))
	require.NoError(t, err)
	require.NoError(t, os.Rename(filepath.Join(project, "out/d"), filepath.Join(project, "out/e")))
	require.NoError(t, os.Symlink("../../outside", filepath.Join(project, "out/d")))
	assert.ErrorContains(t, Disk{Tool: tool}.Apply(t.Context(), changes), "out/d: this is a symbolic link")
	assert.Equal(t, tree{"a.go": ours("// another project's")}, readTree(t, filepath.Join(top, "outside")))
}

func TestSecurityTemporaryFilesHaveRandomNames(t *testing.T) {
	top := plant(t, tree{"rc": secret, "out/a.go": ours("")})
	disk, err := openDisk(places(top))
	require.NoError(t, err)
	defer disk.close()
	path := filepath.Join(top, "out/a.go")
	temp := temporary(path, tool)
	assert.NotEqual(t, temp, temporary(path, tool), "names are random")
	assert.True(t, isTemporary(filepath.Base(temp), tool))

	require.NoError(t, os.Symlink("../rc", temp))
	_, err = disk.create(temp, 0o600)
	assert.ErrorIs(t, err, os.ErrExist)
	require.NoError(t, disk.rename(temp, path), "a link is moved, not followed")
	text, err := os.ReadFile(filepath.Join(top, "rc"))
	require.NoError(t, err)
	assert.Equal(t, secret, string(text))
}

// A path outside the places is refused in every operation.
func TestSecurityOutsideOfAllPlaces(t *testing.T) {
	dir := plant(t, tree{"rc": secret, "out/a.go": ours("")})
	for _, name := range []string{"rc", "out/../rc", "out/../../rc", "/etc/passwd", "outer/a.go", "api.go"} {
		path := filepath.Join(dir, name)
		if filepath.IsAbs(name) {
			path = name
		}
		_, err := Compare(Set{Tool: tool, Places: places(dir), Files: []File{{Path: path, Source: []byte("x")}}})
		assert.ErrorContains(t, err, "outside the folders", name)
	}
}

// Folders that become empty are removed, up to the Dir of the place.
func TestSecurityNoFolderAboveIsRemoved(t *testing.T) {
	dir := plant(t, tree{"out/a/b/gone.go": ours(""), "api/zz_generated.deepcopy.go": ours("")})
	changes, err := Compare(setOf(dir, nil))
	require.NoError(t, err)
	require.NoError(t, Disk{Tool: tool}.Apply(t.Context(), changes))
	assert.Equal(t, tree{"out/": "", "api/": ""}, readTree(t, dir))
}

// Only regular files with the names of temporary files are leftovers. Removing a hard link leaves the other name intact.
func TestSecurityLeftovers(t *testing.T) {
	dir := plant(t, tree{"rc": secret, "out/.clientgen-A.tmp": "half", "out/.clientgenA.tmp": "x", "out/.clientgen-A": "x", "out/clientgen-A.tmp": "x"})
	require.NoError(t, os.Link(filepath.Join(dir, "rc"), filepath.Join(dir, "out/.clientgen-B.tmp")))
	changes, err := Compare(setOf(dir, nil))
	require.NoError(t, err)
	require.NoError(t, Disk{Tool: tool}.Apply(t.Context(), changes))
	assert.Equal(t, tree{"rc": secret, "out/.clientgenA.tmp": "x", "out/.clientgen-A": "x", "out/clientgen-A.tmp": "x"}, readTree(t, dir))
}

// Other users can at most read the emitted files, regardless of the umask. A replaced file loses setuid and setgid.
func TestSecurityPermissions(t *testing.T) {
	dir := plant(t, tree{"out/a.go": ours("// old")})
	require.NoError(t, os.Chmod(filepath.Join(dir, "out/a.go"), 0o640|os.ModeSetuid))
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	changes, err := Compare(setOf(dir, tree{"out/a.go": ours("// new"), "out/b/c.go": ours("")}))
	require.NoError(t, err)
	require.NoError(t, Disk{Tool: tool}.Apply(t.Context(), changes))
	for name, want := range map[string]string{"out/a.go": "-rw-r-----", "out/b/c.go": "-rw-r--r--", "out/b": "drwxr-xr-x"} {
		info, err := os.Lstat(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Equal(t, want, strings.TrimSpace(info.Mode().String()), name)
	}
}
