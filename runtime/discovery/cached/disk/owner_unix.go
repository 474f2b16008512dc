//go:build unix

package disk

import (
	"io/fs"
	"os"
	"syscall"
)

// isOurs reports whether a file has one link, belongs to the user that runs this program, and nobody else may write it.
func isOurs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && stat.Nlink == 1 && info.Mode().Perm()&0o022 == 0
}
