package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const runFolders = "typewright-e2e-"

// runPrefix is the beginning of the names of the folders of this process's clusters.
func runPrefix() string { return fmt.Sprintf("%s%d-", runFolders, os.Getpid()) }

// removeStale removes the folders of processes that died without removing them.
func removeStale() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), runFolders+"*"))
	for _, dir := range dirs {
		var pid int
		name := strings.TrimPrefix(filepath.Base(dir), runFolders)
		if _, err := fmt.Sscanf(name, "%d-", &pid); err != nil || pid <= 0 {
			continue
		}
		if err := syscall.Kill(pid, 0); err == syscall.ESRCH {
			_ = os.RemoveAll(dir)
		}
	}
}
