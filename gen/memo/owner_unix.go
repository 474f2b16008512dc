//go:build unix

package memo

import (
	"io/fs"
	"os"
	"syscall"
)

// owned reports whether a folder belongs to the effective user.
func owned(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
