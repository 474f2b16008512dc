//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package safefile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// try takes the lock. The error is errHeld or errForeign if trying again may help. A process holds the lock if it created the
// file at path and holds its flock. The file of a killed process is removed under its flock and the error is errHeld; the next
// try creates a new one.
func try(path string) (*lock, error) {
	file, err := create(path, unsignedMode)
	isNew := err == nil
	if !errors.Is(err, ErrNoLock) && (errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrPermission)) {
		file, err = openOld(path)
	}
	if err != nil {
		return nil, err
	}
	l := &lock{path: path, file: file}
	if err := l.take(isNew); err != nil {
		if isNew && !errors.Is(err, errHeld) {
			err = errors.Join(err, os.Remove(path))
		}
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

// openOld opens the existing file at path if it may be a lock file of ours.
func openOld(path string) (*os.File, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errHeld // it was released
	}
	if err != nil {
		return nil, err
	}
	if err := inspect(info); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|noFollow|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ELOOP) {
		return nil, errHeld // it has changed since Lstat
	}
	return file, err
}

// inspect returns an error if, by its mode and owner, a file cannot be a lock file of ours.
func inspect(info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return &errNoFile{kindOf(info.Mode())}
	}
	if info.Mode().Perm() == 0 {
		return foreign("it was made by kubectl, or by a program with client-go")
	}
	if uid, ok := ownerOf(info); ok && uid != os.Geteuid() {
		return foreign("it belongs to user %d", uid)
	}
	return nil
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode.IsDir():
		return "a folder"
	default:
		return "not a regular file (" + mode.Type().String() + ")"
	}
}

// take takes the flock of a lock file. It signs a new file. If an old one was left by a killed process, it removes it and
// returns errHeld.
func (l *lock) take(isNew bool) error {
	err := flock(l.file)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errHeld
	}
	if err != nil {
		return &fs.PathError{Op: "flock", Path: l.path, Err: err}
	}
	if l.info, err = l.file.Stat(); err != nil {
		return err
	}
	if !l.isThere() { // its holder has released it since it was opened
		return errHeld
	}
	if isNew {
		return l.sign()
	}
	if err := l.abandoned(); err != nil {
		return err
	}
	if err := os.Remove(l.path); err != nil {
		return err
	}
	return errHeld
}

// abandoned returns nil if a file whose flock is free was left by a killed process of ours, and otherwise the reason why not.
func (l *lock) abandoned() error {
	if err := inspect(l.info); err != nil {
		return err
	}
	if links, ok := linksOf(l.info); ok && links != 1 {
		return foreign("it is one of %d names of a file", links)
	}
	if !isSigned(l.file, l.info) {
		return foreign("its content is not that of a lock made here")
	}
	return nil
}

// staysOpen means that writers keep their temporary files open, which keeps the flock.
const staysOpen = true

// mark takes the flock of a temporary file, which shows that its writer lives. It returns false if another writer has removed,
// or is about to remove, the file. On a file system without flock it has no effect, and isAbandoned is false.
func mark(file *os.File) bool {
	err := flock(file)
	return !errors.Is(err, syscall.EWOULDBLOCK) && isThere(file)
}

// isAbandoned reports whether the writer of a temporary file has ended, and takes its flock if so.
func isAbandoned(file *os.File, _ fs.FileInfo) bool { return flock(file) == nil && isThere(file) }

// flock takes the flock of a file without waiting. The error is EWOULDBLOCK if it is held.
func flock(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
