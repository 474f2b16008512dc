//go:build unix

package clientcmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEndlessDevicesAreRefused(t *testing.T) {
	_, err := LoadFromFile("/dev/zero")
	require.ErrorIs(t, err, errTooLarge)
}

func TestAnUnreadableFile(t *testing.T) {
	dir, err := os.MkdirTemp("", "unreadable")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	file := write(t, filepath.Join(dir, "config"), first)
	require.NoError(t, os.Chmod(file, 0))
	if os.Getuid() != 0 {
		_, err := LoadFromFile(file)
		require.ErrorIs(t, err, os.ErrPermission)
		require.ErrorContains(t, err, file)
		return
	}
	self, err := os.Executable()
	require.NoError(t, err)
	program, err := os.ReadFile(self)
	require.NoError(t, err)
	binary := filepath.Join(dir, "test")
	require.NoError(t, os.WriteFile(binary, program, 0o755))
	cmd := exec.CommandContext(t.Context(), binary, file)
	cmd.Env = []string{helperVariable + "=load"}
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(out), file+": permission denied")
}
