//go:build unix

package safefile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// noFollow has a link at the end of a path refused instead of followed.
const noFollow = syscall.O_NOFOLLOW

// ownerOf returns the user that a file belongs to, where the system has users.
func ownerOf(info fs.FileInfo) (uid int, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// linksOf returns the number of names of a file, where the system tells it.
func linksOf(info fs.FileInfo) (links uint64, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return uint64(stat.Nlink), true //nolint:unconvert // its type is another on other systems
}

// keepOwner gives a temporary the owner and the group of the file that it is to replace: run as root, a program must not
// take somebody's kubeconfig away from him.
func keepOwner(temporary *os.File, old fs.FileInfo) error {
	if old == nil {
		return nil
	}
	info, err := temporary.Stat()
	if err != nil {
		return err
	}
	is, isKnown := info.Sys().(*syscall.Stat_t)
	was, wasKnown := old.Sys().(*syscall.Stat_t)
	if !isKnown || !wasKnown || is.Uid == was.Uid && is.Gid == was.Gid {
		return nil
	}
	return temporary.Chown(int(was.Uid), int(was.Gid))
}

// syncFolder makes a rename last. File systems that cannot have nothing to make last.
func syncFolder(path string) (err error) {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	if err := folder.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}

// inPlaceInstead tells whether err means that a file cannot be replaced, though it may be one to write to: the folder is
// not ours or read-only, or the file is a mount point.
func inPlaceInstead(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) ||
		errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EXDEV)
}
