//go:build unix

package emit

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tree before and after the run that is killed.
var (
	killBefore = tree{"out/a.go": ours("// old a"), "out/b.go": ours("// old b"), "out/c.go": ours("// old c"), "out/gone.go": ours("")}
	killAfter  = tree{"out/a.go": ours("// new a"), "out/b.go": ours("// new b"), "out/c.go": ours("// new c"), "out/d/e.go": ours("// new e")}
)

const (
	killDir    = "EMIT_TEST_KILL_DIR"
	killAfterN = "EMIT_TEST_KILL_AFTER"
)

// TestKilledProcess is the process that kills itself. It does nothing unless [TestKilledWhileRenaming] starts it.
func TestKilledProcess(t *testing.T) {
	dir := os.Getenv(killDir)
	if dir == "" {
		return
	}
	left, err := strconv.Atoi(os.Getenv(killAfterN))
	require.NoError(t, err)
	changes, err := Compare(setOf(dir, killAfter))
	require.NoError(t, err)
	die := func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }
	_ = Disk{Tool: tool, rename: func(from, to string) error {
		if left == 0 {
			die()
		}
		left--
		return os.Rename(from, to)
	}}.Apply(t.Context(), changes)
	die()
}

// A process that is killed while it renames leaves each file complete, old or new. The next run finishes the work and
// leaves no temporary files.
func TestKilledWhileRenaming(t *testing.T) {
	for renames := range len(killAfter) + 1 {
		dir := plant(t, killBefore)
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledProcess$")
		cmd.Env = append(os.Environ(), killDir+"="+dir, killAfterN+"="+strconv.Itoa(renames))
		err := cmd.Run()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		require.Equal(t, syscall.SIGKILL, exit.Sys().(syscall.WaitStatus).Signal())

		for name, text := range readTree(t, dir) {
			if prunable(name) && name[len("out/")] != '.' {
				assert.Contains(t, []string{killBefore[name], killAfter[name]}, text, name)
			}
		}
		changes, err := Compare(setOf(dir, killAfter))
		require.NoError(t, err)
		if renames < len(killAfter) {
			assert.NotEmpty(t, changes.List, "verify sees that the work is not done")
		}
		require.NoError(t, Disk{Tool: tool}.Apply(t.Context(), changes))
		assert.Equal(t, killAfter, readTree(t, dir), "after %d renames", renames)
	}
}
