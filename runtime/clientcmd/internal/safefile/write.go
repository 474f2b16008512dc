package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// Write replaces the content of the file at path, or makes it, with mode perm, and its folders. The error names the file;
// after one the old content is still there, but see [Staged.Commit].
func Write(path string, data []byte, perm fs.FileMode) error {
	staged, err := Stage(path, data, perm)
	if err != nil {
		return err
	}
	return staged.Commit()
}

// Staged is content that is ready to take the place of a file's.
type Staged struct {
	target    string // where links lead to
	temporary string // empty where the file has to be written in place
	held      *os.File
	data      []byte
}

// Stage writes data to the disk, beside the file at path, whose content it is to become. Commit or Discard it. Temporaries
// that killed writers left there are removed.
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

// write makes the temporary.
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

// fill makes a temporary what its target is to be.
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

// Commit puts the content in place. A file that cannot be replaced, because its folder may not be written to, because its
// owner could not be kept, or because something is mounted there, is overwritten in place instead: a crash then may leave
// a part.
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

// Discard removes what was staged.
func (s *Staged) Discard() error {
	if s.temporary == "" {
		return nil
	}
	return errors.Join(os.Remove(s.temporary), s.letGo())
}

func (s *Staged) letGo() error {
	if s.held == nil {
		return nil
	}
	return s.held.Close()
}

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

// writable reports a file that may not be written to. Renaming would replace it all the same, and nobody asked for that.
func writable(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|noFollow, 0)
	if err != nil {
		return err
	}
	return file.Close()
}

// maxLinks is where the kernel gives up, too.
const maxLinks = 40

// follow returns where symbolic links lead to, to a file that need not exist.
func follow(path string) (string, error) {
	target := path
	for range maxLinks {
		next, err := os.Readlink(target)
		if err != nil {
			return target, nil //nolint:nilerr // it is no link, or it is not there: the end in either case
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(target), next)
		}
		target = next
	}
	return "", fmt.Errorf("follow %s: too many links", path)
}

// Temporaries lie beside the file that they are to replace, with names that cannot be guessed, and mode 0600. Their writer
// holds them by flock for as long as it lives, so that those of killed writers, which hold credentials, can be told and
// removed.

// newTemporary makes an empty temporary for target. Its writer keeps it open where staysOpen says so.
func newTemporary(target string) (*os.File, error) {
	for {
		file, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*.tmp")
		if err != nil || mark(file) {
			return file, err
		}
		// Another writer took it for abandoned, in the moment before it was held.
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
}

// maxNames is how many names of a folder are looked through for temporaries. Folders of kubeconfigs have few.
const maxNames = 100_000

// sweep removes the temporaries for target that killed writers left. It is of no use to report what stays: the owner of
// what is not ours knows what it is for.
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

// removeAbandoned removes a temporary if it is a regular file with one name, belongs to our user, or to that of the file
// that it was for, and if no writer holds it.
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

// belongs tells whether a file has one name and belongs to who may have made a temporary for target.
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

// isThere tells whether the file still is at the path that it was opened by.
func isThere(file *os.File) bool {
	info, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(file.Name())
	return err == nil && os.SameFile(info, there) || err != nil && !errors.Is(err, fs.ErrNotExist)
}
