//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd

package safefile

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// try takes the lock by creating the file. The error is errForeign if it exists: without flock, nothing shows whether its holder
// was killed.
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

// staysOpen means that writers close their temporary files: an open file cannot be renamed.
const staysOpen = false

// mark has no effect without flock.
func mark(*os.File) bool { return true }

// isAbandoned reports whether a temporary file is older than an hour: no write takes that long.
func isAbandoned(_ *os.File, info fs.FileInfo) bool { return time.Since(info.ModTime()) > time.Hour }
