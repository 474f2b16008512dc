package safefile

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Lock locks the files at paths, and returns what unlocks them. It waits for other holders, at most until ctx ends. Paths
// may be links, the files need not exist; folders that are missing are made.
//
// The lock of a file is another named file.lock beside it. Where it exists, others keep out, kubectl among them. A lock
// made here is also held by flock: one that nobody holds any more, because its holder was killed, is taken over. A lock
// file of kubectl's carries no such sign of life, so it is waited for, and the error says what to do about it. Waiting is
// by polling, every 50 ms or more often.
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
		if err != nil && name.ofLink && inPlaceInstead(err) {
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

// errHeld says that somebody else holds a lock.
var errHeld = errors.New("another program holds it")

// errForeign says that a lock file is there that was not made here.
var errForeign = errors.New("it was made by kubectl, or by a program with client-go; " +
	"if none is running, one was killed: remove the file")

// acquire tries until it can, or ctx ends.
func acquire(ctx context.Context, path string) (*lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		l, err := try(path)
		if !errors.Is(err, errHeld) && !errors.Is(err, errForeign) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("lock %s: %w (%w)", path, err, context.Cause(ctx))
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // to come at different times is all that is asked of it
		}
	}
}

// lock is a lock that is held.
type lock struct {
	path string
	file *os.File
}

// release removes the lock file, if it still is the one that was made.
func (l *lock) release() error {
	var err error
	if l.isThere() {
		err = os.Remove(l.path)
	}
	return errors.Join(err, l.file.Close())
}

func (l *lock) isThere() bool {
	mine, err := l.file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(l.path)
	return err == nil && os.SameFile(mine, there)
}

// sign writes who holds the lock into it, for people who wonder.
func (l *lock) sign() error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt(fmt.Appendf(nil, "held by process %d (%s)\n", os.Getpid(), filepath.Base(os.Args[0])), 0)
	return err
}
