//go:build unix

package memo

import (
	"io/fs"
	"os"
	"syscall"
)

// owned tells whether a folder belongs to the user.
func owned(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
