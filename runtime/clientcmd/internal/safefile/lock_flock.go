//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package safefile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// try takes the lock, or says who has it: errHeld or errForeign. Whoever holds the flock of the file that is at path, and
// has made it, holds the lock. A file that a killed program left is removed under its flock; the next try makes another.
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

// openOld opens the file at path if it may be a lock of ours.
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
		return nil, errHeld // it has changed: the next try sees what it is now
	}
	return file, err
}

// inspect says why a file cannot be a lock of ours that is free to take.
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
		return "no regular file (" + mode.Type().String() + ")"
	}
}

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
	if !l.isThere() { // its holder was about to release it, and has
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

// abandoned says why a file whose flock is free is no lock that a killed program of ours left. Nil means that it is.
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

// staysOpen has writers keep their temporaries open, since that is what holds them.
const staysOpen = true

// mark marks a temporary as one whose writer lives. It is false where the temporary is gone. File systems without flock
// leave it unmarked, and isAbandoned knows of none there.
func mark(file *os.File) bool {
	err := flock(file)
	return !errors.Is(err, syscall.EWOULDBLOCK) && isThere(file)
}

// isAbandoned tells whether the writer of a temporary is gone.
func isAbandoned(file *os.File, _ fs.FileInfo) bool { return flock(file) == nil && isThere(file) }

func flock(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
