package emit

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const fullDir = "EMIT_TEST_FULL_DIR"

// TestOnFullDisk runs in a separate process with private mounts, on a file system of 64 KiB. It does nothing unless
// [TestFullDisk] starts it.
func TestOnFullDisk(t *testing.T) {
	dir := os.Getenv(fullDir)
	if dir == "" {
		return
	}
	require.NoError(t, syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"))
	before := tree{"out/a.go": ours("// old a"), "out/gone.go": ours("// gone")}
	for name, text := range before {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "out"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	after := tree{"out/a.go": ours("// new a"), "out/b/big.go": ours("// " + strings.Repeat("x", 200<<10))}
	changes, err := Compare(setOf(dir, after))
	require.NoError(t, err)
	err = Disk{Tool: tool}.Apply(t.Context(), changes)
	require.ErrorIs(t, err, syscall.ENOSPC)
	assert.Equal(t, before, readTree(t, dir))
}

func TestFullDisk(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOnFullDisk$")
	cmd.Env = append(os.Environ(), fullDir+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOSPC) {
		t.Skip("this kernel gives no user namespaces; TestFailureLeavesTheTreeAsItWas simulates a full disk")
	}
	require.NoError(t, err, string(out))
}
