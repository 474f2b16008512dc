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

// Lock locks the files at paths, and returns what unlocks them. It waits for other holders, at most until ctx ends. Paths
// may be links, the files need not exist; folders that are missing are made, with mode 0700.
//
// The lock of a file is another named file.lock beside it. Where it exists, others keep out, kubectl among them. A lock
// made here is also held by flock: one that nobody holds any more, because its holder was killed, is taken over if it is
// ours: signed by this package, of our own user, a regular file with one name. Nothing else at that path is opened for
// writing, changed or removed. A file of kubectl, of another user or of another program carries no sign of life, so it is
// waited for; a link, a folder or a device is an error at once. Errors name the path, what is there, and the remedy.
// Waiting is by polling, every 50 ms or more often.
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
			continue // nobody can make one there, so it keeps nobody out
		}
		if err != nil {
			return nil, errors.Join(err, unlock())
		}
		held = append(held, l)
	}
	return unlock, nil
}

type lockName struct {
	path   string
	ofLink bool
}

// lockNames returns the locks for paths in the order in which everybody takes them. A file behind a link has two: that of
// the link, which programs take that know the file by this name, and that of the file, for all others.
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
	// ErrNoLock says that no lock can be made, and that none is there: the folder may not be written to. So nobody else
	// with the same rights has one.
	ErrNoLock = errors.New("no lock can be made there")
	// errHeld says that somebody else holds a lock.
	errHeld = errors.New("another program holds it")
	// errForeign says that a file is there that was not made here.
	errForeign = errors.New("if no program is using it, one was killed: remove the file")
)

// foreign is what stands in a lock's place: errForeign, with what it is.
func foreign(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), errForeign)
}

// errNoFile says that what stands in a lock's place is no file, so that waiting is of no use.
type errNoFile struct{ what string }

func (e *errNoFile) Error() string {
	return "it is " + e.what + ", and no program makes locks of that kind: remove it"
}

// acquire tries until it can, or ctx ends.
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
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // to come at different times is all that is asked of it
		}
	}
}

// create makes the file at path, which must not exist, a link included.
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
	file *os.File // nil where nothing but the existence of the file holds the lock
	info os.FileInfo
}

// release removes the lock file, if it still is the one that was made.
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

// isThere tells whether the file at the path still is the one that was opened.
func (l *lock) isThere() bool {
	there, err := os.Lstat(l.path)
	return err == nil && os.SameFile(l.info, there)
}

// signature is the whole content of a lock file made here: the process that holds it, for people who wonder, in words that
// no other program writes.
func signature() string {
	return fmt.Sprintf("typewright lock, held by process %d (%q)\n", os.Getpid(), filepath.Base(os.Args[0]))
}

var signed = regexp.MustCompile(`^typewright lock, held by process [0-9]{1,10} \("(?:[^"\\\n]|\\[^\n])*"\)\n$`)

// maxSignature is more than a signature can have: names of files have at most 255 bytes, which quoting makes longer.
const maxSignature = 4 << 10

// isSigned tells whether a lock file was made here. One that was killed between making it and signing it left it empty,
// with the mode for unsigned locks, which no other program uses.
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
	// unsignedMode is that of a lock until it is signed.
	unsignedMode os.FileMode = 0o700
	// signedMode is that of a lock.
	signedMode os.FileMode = 0o600
	// folderMode is for folders that are made: what is in them is secret, such as .ssh.
	folderMode os.FileMode = 0o700
)

// sign writes who holds the lock into it.
func (l *lock) sign() error {
	if _, err := l.file.WriteString(signature()); err != nil {
		return err
	}
	return l.file.Chmod(signedMode)
}
