package safefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

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
