//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd

package safefile

import (
	"errors"
	"io/fs"
	"os"
)

// try makes the lock file, where there is none. Without flock nothing tells a lock whose holder was killed.
func try(path string) (*lock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, errForeign
	}
	if err != nil {
		return nil, err
	}
	l := &lock{path: path, file: file}
	return l, l.sign()
}
