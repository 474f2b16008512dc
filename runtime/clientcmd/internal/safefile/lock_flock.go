//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package safefile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// try takes the lock, or says who has it: errHeld or errForeign.
//
// Lock files of kubectl have mode 0, those made here have not: that is how they are told apart, from the moment on at
// which they exist. Whoever holds the flock of the file that is at path holds the lock.
func try(path string) (*lock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrPermission) && isForeign(os.Lstat(path)) {
		return nil, errForeign
	}
	if err != nil {
		return nil, err
	}
	l := &lock{path: path, file: file}
	err = l.take()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

func (l *lock) take() error {
	if isForeign(l.file.Stat()) { // root may open it all the same
		return errForeign
	}
	err := syscall.Flock(int(l.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errHeld
	}
	if err != nil {
		return &fs.PathError{Op: "flock", Path: l.path, Err: err}
	}
	if !l.isThere() { // its holder was about to release it, and has
		return errHeld
	}
	return l.sign()
}

func isForeign(info fs.FileInfo, err error) bool { return err == nil && info.Mode().Perm() == 0 }
