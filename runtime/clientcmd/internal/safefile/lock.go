package safefile

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Lock locks the files at paths and returns a function that unlocks them, which must be called once. It waits for other
// holders until ctx ends. Paths may be links, and the files need not exist; missing folders are created with mode 0700. A lock
// excludes other goroutines of the process too.
//
// The lock of a file is a file with the same path and the suffix .lock. While it exists, other programs, such as kubectl, do
// not write the file. On systems with flock, our lock file is also held by flock. If its holder was killed, the lock is taken
// over if the lock file is ours: signed by this package, owned by our user, a regular file with one name. Any other file at
// that path is neither changed nor removed. It may be a lock of kubectl, of another user or of another program that still
// runs, so Lock waits for it; a link, a folder or a device is an error at once. Errors name the path, what is there, and what
// to do. Lock polls at least every 75 ms.
//
// The lock of a link, in contrast to that of a file, is left out if it cannot be created; see [ErrNoLock].
func Lock(ctx context.Context, paths ...string) (unlock func() error, err error) {
	names, err := lockNames(paths)
	if err != nil {
		return nil, err
	}
	var held []*lock
	unlock = func() error {
		var errs []error
		for _, l := range slices.Backward(held) {
			errs = append(errs, l.release())
		}
		return errors.Join(errs...)
	}
	for _, name := range names {
		l, err := acquire(ctx, name.path)
		if name.ofLink && errors.Is(err, ErrNoLock) {
			continue // no other program can create it either
		}
		if err != nil {
			return nil, errors.Join(err, unlock())
		}
		held = append(held, l)
	}
	return unlock, nil
}

// lockName is the path of a lock file. ofLink means that it is the lock of a symbolic link, not of the file behind it.
type lockName struct {
	path   string
	ofLink bool
}

// lockNames returns the locks for paths, sorted by path, so that two processes never wait for each other. A file behind a link
// has two locks: one for programs that use the link, and one for programs that use the path of the file.
func lockNames(paths []string) ([]lockName, error) {
	var names []lockName
	for _, path := range paths {
		path, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		target, err := follow(path)
		if err != nil {
			return nil, err
		}
		names = append(names, lockName{path: target + ".lock"})
		if target != path {
			names = append(names, lockName{path: path + ".lock", ofLink: true})
		}
	}
	slices.SortFunc(names, func(a, b lockName) int { return strings.Compare(a.path, b.path) })
	return slices.CompactFunc(names, func(a, b lockName) bool { return a.path == b.path }), nil
}

var (
	// ErrNoLock means that no lock file exists and none can be created, because the folder is not writable. No other process
	// with the same rights can hold one either.
	ErrNoLock = errors.New("no lock can be made there")
	// errHeld means that another process or goroutine holds the lock, or that the lock file has just changed. Try again.
	errHeld = errors.New("another program holds it")
	// errForeign means that a regular file of another program is at the path. Its holder may still run, so try again.
	errForeign = errors.New("if no program is using it, one was killed: remove the file")
)

// foreign returns errForeign with a description of the file.
func foreign(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), errForeign)
}

// errNoFile means that a link, a folder or a device is at the path of a lock, so that waiting does not help.
type errNoFile struct{ what string }

func (e *errNoFile) Error() string {
	return "it is " + e.what + ", and no program makes locks of that kind: remove it"
}

// acquire tries to take the lock at path until it succeeds, ctx ends, or waiting does not help.
func acquire(ctx context.Context, path string) (*lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return nil, err
	}
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		l, err := try(path)
		if err == nil {
			return l, nil
		}
		if !errors.Is(err, errHeld) && !errors.Is(err, errForeign) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("lock %s: %w (%w)", path, err, context.Cause(ctx))
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // it only spreads attempts over time
		}
	}
}

// create creates the file at path. It fails if anything exists there, even a broken link. The error is ErrNoLock if nothing
// exists and nothing can be created.
func create(path string, mode os.FileMode) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR|noFollow, mode)
	if err != nil && inPlaceInstead(err) {
		if _, missing := os.Lstat(path); os.IsNotExist(missing) {
			return nil, fmt.Errorf("%w: %w", ErrNoLock, err)
		}
	}
	return file, err
}

// lock is a lock that is held.
type lock struct {
	path string
	file *os.File // holds the flock; nil without flock
	info os.FileInfo
}

// release removes the lock file unless another one has replaced it, and releases the flock.
func (l *lock) release() error {
	var err error
	if l.isThere() {
		err = os.Remove(l.path)
	}
	if l.file != nil {
		err = errors.Join(err, l.file.Close())
	}
	return err
}

// isThere reports whether the file at the path is still the one that was opened.
func (l *lock) isThere() bool {
	there, err := os.Lstat(l.path)
	return err == nil && os.SameFile(l.info, there)
}

// signature returns the content of our lock files. It names the process that holds the lock, for people, in a form that no
// other program writes.
func signature() string {
	return fmt.Sprintf("typewright lock, held by process %d (%q)\n", os.Getpid(), filepath.Base(os.Args[0]))
}

var signed = regexp.MustCompile(`^typewright lock, held by process [0-9]{1,10} \("(?:[^"\\\n]|\\[^\n])*"\)\n$`)

// maxSignature is more bytes than a signature can have: a file name has at most 255 bytes, before quoting.
const maxSignature = 4 << 10

// isSigned reports whether this package wrote a lock file. A process that was killed before it signed the file left it empty,
// with unsignedMode, which no other program uses.
func isSigned(file *os.File, info os.FileInfo) bool {
	if info.Size() == 0 {
		return info.Mode().Perm() == unsignedMode
	}
	if info.Size() > maxSignature {
		return false
	}
	content := make([]byte, info.Size())
	n, err := file.ReadAt(content, 0)
	return err == nil && n == len(content) && signed.Match(content)
}

const (
	// unsignedMode is the mode of a lock file until it is signed.
	unsignedMode os.FileMode = 0o700
	// signedMode is the mode of a signed lock file.
	signedMode os.FileMode = 0o600
	// folderMode is the mode of new folders. Like those of .ssh, their files are secret.
	folderMode os.FileMode = 0o700
)

// sign writes the signature and sets signedMode.
func (l *lock) sign() error {
	if _, err := l.file.WriteString(signature()); err != nil {
		return err
	}
	return l.file.Chmod(signedMode)
}
