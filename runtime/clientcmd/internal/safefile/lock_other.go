//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd

package safefile

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// try makes the lock file, where there is none. Without flock nothing tells a lock whose holder was killed.
func try(path string) (*lock, error) {
	file, err := create(path, signedMode)
	if errors.Is(err, fs.ErrExist) {
		return nil, foreign("another program made it")
	}
	if err != nil {
		return nil, err
	}
	l := &lock{path: path, file: file}
	if l.info, err = file.Stat(); err == nil {
		err = l.sign()
	}
	l.file = nil // an open file cannot be removed
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return l, nil
}

// staysOpen lets writers close their temporaries: an open file cannot be renamed.
const staysOpen = false

func mark(*os.File) bool { return true }

// isAbandoned tells whether the writer of a temporary must be gone: no write takes an hour.
func isAbandoned(_ *os.File, info fs.FileInfo) bool { return time.Since(info.ModTime()) > time.Hour }
