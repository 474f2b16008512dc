package disk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// folder is a folder of files that other processes read and write concurrently. Files and folders in it are created for
// their owner only, whatever the umask. Links out of the folder are not followed, and a file that somebody else could
// have created or changed counts as missing.
type folder string

const (
	folderMode fs.FileMode = 0o700
	fileMode   fs.FileMode = 0o600
	// maxFile is the maximum size of a file, in bytes.
	maxFile = 32 << 20
)

var errForeign = errors.New("not a regular file that only the user of this program can write")

// read returns the content of a file, and its modification time.
func (f folder) read(name string) ([]byte, time.Time, error) {
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, time.Time{}, err
	}
	defer root.Close() //nolint:errcheck // nothing was written
	info, err := root.Lstat(name)
	if err != nil {
		return nil, time.Time{}, err
	}
	if !info.Mode().IsRegular() || !isOurs(info) {
		return nil, time.Time{}, fmt.Errorf("%s: %w", name, errForeign)
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	opened, err := file.Stat()
	if err != nil || !os.SameFile(info, opened) || opened.Size() > maxFile {
		return nil, time.Time{}, errors.Join(fmt.Errorf("%s: %w", name, errForeign), err)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile))
	return data, opened.ModTime(), err
}

// write replaces a file atomically. It creates missing folders.
func (f folder) write(name string, data []byte) (err error) {
	if len(data) > maxFile {
		return fmt.Errorf("%s is larger than %d MiB", name, maxFile>>20)
	}
	if err := os.MkdirAll(string(f), folderMode); err != nil {
		return err
	}
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	if err := root.MkdirAll(filepath.Dir(name), folderMode); err != nil {
		return err
	}
	temporary := name + "." + rand.Text() + ".tmp"
	if err := fill(root, temporary, data); err != nil {
		return errors.Join(err, root.Remove(temporary))
	}
	if err := root.Rename(temporary, name); err != nil {
		return errors.Join(err, root.Remove(temporary))
	}
	return nil
}

func fill(root *os.Root, name string, data []byte) error {
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Chmod(fileMode), file.Close())
}

var (
	temporaryName = regexp.MustCompile(`\.[A-Z2-7]{26}\.tmp$`)
	keptName      = regexp.MustCompile(`^typewright-[0-9a-f]{64}$`)
)

// abandonedAfter is the age at which the writer of a temporary file must be gone.
const abandonedAfter = time.Hour

// prune removes temporary files that killed processes left in a folder below f, and the oldest responses beyond a
// number of files and of bytes. It keeps other files, because kubectl may use the same folder, and ignores errors.
func (f folder) prune(dir string, files int, bytes int64) {
	top, err := os.OpenRoot(string(f))
	if err != nil {
		return
	}
	defer top.Close() //nolint:errcheck // nothing was written
	root, err := top.OpenRoot(dir)
	if err != nil {
		return
	}
	defer root.Close() //nolint:errcheck // nothing was written
	var kept []fs.FileInfo
	entries, _ := fs.ReadDir(root.FS(), ".")
	for _, entry := range entries {
		info, err := entry.Info()
		switch {
		case err != nil || !info.Mode().IsRegular():
		case temporaryName.MatchString(entry.Name()) && time.Since(info.ModTime()) > abandonedAfter:
			_ = root.Remove(entry.Name())
		case keptName.MatchString(entry.Name()):
			kept = append(kept, info)
		}
	}
	// The newest come first.
	slices.SortFunc(kept, func(a, b fs.FileInfo) int { return cmp.Compare(b.ModTime().UnixNano(), a.ModTime().UnixNano()) })
	for i, info := range kept {
		if bytes -= info.Size(); i >= files || bytes < 0 {
			_ = root.Remove(info.Name())
		}
	}
}
