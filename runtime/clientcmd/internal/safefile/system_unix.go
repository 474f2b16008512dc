//go:build unix

package safefile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// noFollow makes open fail if the last element of the path is a link.
const noFollow = syscall.O_NOFOLLOW

// ownerOf returns the user id of a file's owner. ok is false if the file system does not say.
func ownerOf(info fs.FileInfo) (uid int, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// linksOf returns the number of names (hard links) of a file. ok is false if the file system does not say.
func linksOf(info fs.FileInfo) (links uint64, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return uint64(stat.Nlink), true //nolint:unconvert // the type of Nlink depends on the system
}

// keepOwner sets the owner and group of a temporary file to those of old, the file that it replaces; old may be nil. A program
// that runs as root must not take a kubeconfig away from its user.
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

// syncFolder syncs a folder to the disk, so that a rename survives a crash. It does nothing on file systems without support.
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

// inPlaceInstead reports whether err means that a file cannot be replaced but may be writable: the folder is not writable, or
// the file is a mount point.
func inPlaceInstead(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) ||
		errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EXDEV)
}
