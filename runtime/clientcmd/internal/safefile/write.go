package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// Write replaces the content of the file at path. If the file does not exist, it is created with mode perm, and so are missing
// folders with mode 0700; otherwise its mode stays. Errors name the file. After an error the old content is still there, with
// the exception that [Staged.Commit] describes.
func Write(path string, data []byte, perm fs.FileMode) error {
	staged, err := Stage(path, data, perm)
	if err != nil {
		return err
	}
	return staged.Commit()
}

// Staged is the new content of a file, written to a temporary file. It is not safe for concurrent use.
type Staged struct {
	target    string   // the file at the end of all links
	temporary string   // empty if target must be written in place
	held      *os.File // the open temporary file; nil if !staysOpen
	data      []byte
}

// Stage writes data to a temporary file in the folder of the file at path and syncs it to the disk. The caller must call Commit
// or Discard once, and must not change data before. perm applies as in [Write]. Stage removes the temporary files of killed
// writers of the same file.
func Stage(path string, data []byte, perm fs.FileMode) (*Staged, error) {
	target, err := follow(path)
	if err != nil {
		return nil, err
	}
	staged := &Staged{target: target, data: data}
	info, err := os.Lstat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(target), folderMode); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("write %s: it is a directory", target)
	default:
		if err := writable(target); err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return staged, nil
		}
		perm = info.Mode().Perm()
	}
	sweep(target, info)
	err = staged.write(perm, info)
	if err != nil && info != nil && inPlaceInstead(err) {
		err = nil
	}
	return staged, err
}

// write creates the temporary file.
func (s *Staged) write(perm fs.FileMode, old fs.FileInfo) error {
	file, err := newTemporary(s.target)
	if err != nil {
		return err
	}
	if err := fill(file, s.data, perm, old); err != nil {
		return errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	s.temporary, s.held = file.Name(), file
	if !staysOpen {
		s.held = nil
		return file.Close()
	}
	return nil
}

// fill writes the content, mode and owner of a temporary file, and syncs it to the disk.
func fill(file *os.File, data []byte, perm fs.FileMode, old fs.FileInfo) error {
	if _, err := file.Write(data); err != nil {
		return err
	}
	if err := file.Chmod(perm); err != nil {
		return err
	}
	if err := keepOwner(file, old); err != nil {
		return err
	}
	return file.Sync()
}

// Commit replaces the file. If that is impossible, because the folder is not writable, the owner cannot be kept, or the file is
// a mount point, it overwrites the file in place; then an error or a crash may leave part of the content. It also overwrites
// files that are not regular, such as devices.
func (s *Staged) Commit() error {
	if s.temporary == "" {
		return s.overwrite()
	}
	err := os.Rename(s.temporary, s.target)
	switch {
	case err == nil:
		return errors.Join(syncFolder(filepath.Dir(s.target)), s.letGo())
	case inPlaceInstead(err):
		return errors.Join(s.overwrite(), s.Discard())
	default:
		return errors.Join(err, s.Discard())
	}
}

// Discard removes the temporary file.
func (s *Staged) Discard() error {
	if s.temporary == "" {
		return nil
	}
	return errors.Join(os.Remove(s.temporary), s.letGo())
}

// letGo closes the temporary file, which releases its flock.
func (s *Staged) letGo() error {
	if s.held == nil {
		return nil
	}
	return s.held.Close()
}

// overwrite writes the content to the target in place.
func (s *Staged) overwrite() (err error) {
	file, err := os.OpenFile(s.target, os.O_WRONLY|noFollow, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(s.data); err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	if err := file.Truncate(int64(len(s.data))); err != nil {
		return err
	}
	return file.Sync()
}

// writable returns an error if a file is not writable. A rename could replace it, but its mode says that it must not change.
func writable(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|noFollow, 0)
	if err != nil {
		return err
	}
	return file.Close()
}

// maxLinks is how many symbolic links are followed, as many as Linux follows.
const maxLinks = 40

// follow returns the path at the end of all symbolic links, which need not exist. Only links of the last element are followed.
func follow(path string) (string, error) {
	target := path
	for range maxLinks {
		next, err := os.Readlink(target)
		if err != nil {
			return target, nil //nolint:nilerr // it is not a link or does not exist
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(target), next)
		}
		target = next
	}
	return "", fmt.Errorf("follow %s: too many links", path)
}

// Temporary files are in the folder of the file that they replace, with random names and mode 0600. A writer holds the flock of
// its file while it lives. So the files of killed writers, which contain credentials, can be recognized and removed.

// newTemporary creates an empty temporary file for target.
func newTemporary(target string) (*os.File, error) {
	for {
		file, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*.tmp")
		if err != nil || mark(file) {
			return file, err
		}
		// Before mark took the flock, another writer considered the file abandoned.
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
}

// maxNames is how many names of a folder are searched for temporary files. Folders of kubeconfigs have few.
const maxNames = 100_000

// sweep removes the temporary files that killed writers of target left; is describes target, nil if it does not exist. It
// ignores errors, because the write does not depend on it.
func sweep(target string, is fs.FileInfo) {
	folder, err := os.Open(filepath.Dir(target))
	if err != nil {
		return
	}
	defer folder.Close() //nolint:errcheck // it was only read
	ours := regexp.MustCompile(`^\.` + regexp.QuoteMeta(filepath.Base(target)) + `\.[0-9]{1,10}\.tmp$`)
	for range maxNames / 1000 {
		names, err := folder.Readdirnames(1000)
		for _, name := range names {
			if ours.MatchString(name) {
				removeAbandoned(filepath.Join(filepath.Dir(target), name), is)
			}
		}
		if err != nil {
			return
		}
	}
}

// removeAbandoned removes a temporary file if it is a regular file with one name, belongs to our user or to the owner of
// target, and is not held by a writer.
func removeAbandoned(path string, target fs.FileInfo) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || !belongs(info, target) {
		return
	}
	file, err := os.OpenFile(path, os.O_RDWR|noFollow, 0)
	if err != nil {
		return
	}
	defer file.Close() //nolint:errcheck // nothing was written
	opened, err := file.Stat()
	if err == nil && os.SameFile(info, opened) && isAbandoned(file, opened) {
		_ = os.Remove(path)
	}
}

// belongs reports whether a file has one name, and belongs to our user or to the owner of target (nil for none).
func belongs(info, target fs.FileInfo) bool {
	links, ok := linksOf(info)
	if ok && links != 1 {
		return false
	}
	uid, ok := ownerOf(info)
	if !ok || uid == os.Geteuid() {
		return true
	}
	if target == nil {
		return false
	}
	owner, ok := ownerOf(target)
	return ok && uid == owner
}

// isThere reports whether the file is still at the path by which it was opened. If that cannot be found out, it returns true.
func isThere(file *os.File) bool {
	info, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(file.Name())
	return err == nil && os.SameFile(info, there) || err != nil && !errors.Is(err, fs.ErrNotExist)
}
