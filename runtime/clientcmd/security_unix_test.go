//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package clientcmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/clientcmd/internal/safefile"
)

// sharedVariable names the folder that a test has prepared as root when it runs again as another user.
const sharedVariable = "CLIENTCMD_TEST_SHARED"

// asNobody runs the test again as user nobody, with a folder that root has prepared.
func asNobody(t *testing.T, dir string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	program, err := os.ReadFile(self)
	require.NoError(t, err)
	home, err := os.MkdirTemp("", "nobody")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(home) })
	require.NoError(t, os.Chmod(home, 0o777))
	binary := filepath.Join(home, "test")
	require.NoError(t, os.WriteFile(binary, program, 0o755))
	cmd := exec.CommandContext(t.Context(), binary, "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "TMPDIR="+home, "HOME="+home, sharedVariable+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name())
}

// TestSecurityTheLockOfAnotherUserIsRespected locks a file as root and writes it as another user. Everybody may write the file
// and its folder.
func TestSecurityTheLockOfAnotherUserIsRespected(t *testing.T) {
	if dir := os.Getenv(sharedVariable); dir != "" {
		writeAnyway(t, filepath.Join(dir, "config"))
		return
	}
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root can be two users")
	}
	dir, err := os.MkdirTemp("", "shared")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o777))
	file := write(t, filepath.Join(dir, "config"), first)
	require.NoError(t, os.Chmod(file, 0o666))
	unlock, err := safefile.Lock(t.Context(), file)
	require.NoError(t, err)
	asNobody(t, dir)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, first, string(data))
	assertNothingLeft(t, dir, "config", "config.lock")
	require.NoError(t, unlock())
	assertNothingLeft(t, dir, "config")

	// Root does not take over the lock of another user either.
	require.NoError(t, os.WriteFile(file+".lock", nil, 0o700))
	require.NoError(t, os.Chown(file+".lock", 65534, 65534))
	synctest.Test(t, func(t *testing.T) {
		require.ErrorContains(t, WriteToFile(*api.NewConfig(), file), "it belongs to user 65534")
	})
	assertNothingLeft(t, dir, "config", "config.lock")
}

func writeAnyway(t *testing.T, file string) {
	t.Helper()
	access := accessTo(file)
	config, err := access.GetStartingConfig()
	require.NoError(t, err)
	config.CurrentContext = "changed"
	for name, change := range map[string]func() error{
		"WriteToFile":  func() error { return WriteToFile(*config, file) },
		"ModifyConfig": func() error { return ModifyConfig(access, *config, false) },
	} {
		synctest.Test(t, func(t *testing.T) {
			err := change()
			require.ErrorContains(t, err, "lock "+file+".lock: it belongs to user 0", name)
			require.ErrorContains(t, err, "remove the file", name)
		})
	}
}

// TestSecurityPlantedLocksAreErrors plants locks by which another user could make a writer destroy a file.
func TestSecurityPlantedLocksAreErrors(t *testing.T) {
	for name, plant := range map[string]func(precious, lock string) error{
		"a file":          func(_, lock string) error { return os.WriteFile(lock, []byte("precious"), 0o600) },
		"a hard link":     os.Link,
		"a symbolic link": os.Symlink,
		"a dangling link": func(precious, lock string) error { return os.Symlink(precious+".new", lock) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file, precious := write(t, filepath.Join(dir, "config"), first), write(t, filepath.Join(dir, "precious"), "precious")
			require.NoError(t, plant(precious, file+".lock"))
			access := accessTo(file)
			config, err := access.GetStartingConfig()
			require.NoError(t, err)
			config.CurrentContext = "changed"
			synctest.Test(t, func(t *testing.T) {
				require.ErrorContains(t, ModifyConfig(access, *config, false), "lock "+file+".lock: ")
				require.ErrorContains(t, WriteToFile(*config, file), "lock "+file+".lock: ")
			})
			assert.Equal(t, "red", loaded(t, file).CurrentContext)
			content, err := os.ReadFile(precious)
			require.NoError(t, err)
			assert.Equal(t, "precious", string(content))
			assertNothingLeft(t, dir, "config", "config.lock", "precious")
		})
	}
}
