package emit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Place is a folder that a run may write to.
type Place struct {
	// Dir is an absolute path. The folder need not exist. It is never removed, even if it becomes empty.
	Dir string
	// Trusted is Dir or an existing folder above it. Links in the path of Trusted are followed. Links below it are not: the
	// author of the repository may have put them there to redirect writes.
	Trusted string
}

// ObstacleError says that a path does not hold the regular file or the folder that the run needs there.
type ObstacleError struct {
	// Path is the absolute path, Is what it holds, such as "a symbolic link".
	Path, Is string
	// Todo says why that is a problem, and what to do.
	Todo string
}

// Error says what the path holds and what to do.
func (e *ObstacleError) Error() string {
	return fmt.Sprintf("%s: this is %s: %s", e.Path, e.Is, e.Todo)
}

// disk gives access to the files of a run's places and to no others. It opens each file relative to its trusted folder and
// follows no link, so that nothing outside can be read or written. It is safe for concurrent use.
type disk struct {
	places []Place
	// roots are the opened trusted folders by path.
	roots map[string]*os.Root
	// mu guards folders, the paths of those that exist and are reached without a link.
	mu      sync.Mutex
	folders map[string]bool
}

// openDisk opens the trusted folders. The caller closes the disk.
func openDisk(places []Place) (*disk, error) {
	d := &disk{places: places, roots: map[string]*os.Root{}, folders: map[string]bool{}}
	for _, p := range places {
		if d.roots[p.Trusted] != nil {
			continue
		}
		root, err := os.OpenRoot(p.Trusted)
		if err != nil {
			d.close()
			return nil, err
		}
		d.roots[p.Trusted] = root
	}
	return d, nil
}

func (d *disk) close() {
	for _, root := range d.roots {
		_ = root.Close()
	}
}

// placeOf returns the place of a path, and the path relative to its trusted folder.
func (d *disk) placeOf(path string) (p Place, name string, err error) {
	for _, p := range d.places {
		if below, err := filepath.Rel(p.Dir, path); err == nil && filepath.IsLocal(below) {
			name, err := filepath.Rel(p.Trusted, path)
			return p, name, err
		}
	}
	return Place{}, "", fmt.Errorf("%s: this is outside the folders that the run may write to", path)
}

// access calls f with the trusted folder of a path and the path relative to it, if the folder of the path exists. Errors
// name the absolute path.
func (d *disk) access(path string, f func(root *os.Root, name string) error) error {
	p, name, err := d.placeOf(path)
	if err != nil {
		return err
	}
	d.mu.Lock()
	err = d.checkFolders(p, name)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return withPath(path, f(d.roots[p.Trusted], name))
}

// withPath puts the absolute path into an [fs.PathError].
func withPath(path string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: strings.TrimSuffix(e.Op, "at"), Path: path, Err: e.Err}
	}
	return err
}

// checkFolders checks that all folders from the trusted one down to that of a file exist and are not links. The caller
// holds mu.
func (d *disk) checkFolders(p Place, name string) error {
	if name == "." || d.folders[filepath.Join(p.Trusted, filepath.Dir(name))] {
		return nil
	}
	dir := filepath.Dir(name)
	if err := d.checkFolders(p, dir); err != nil {
		return err
	}
	path := filepath.Join(p.Trusted, dir)
	info, err := d.roots[p.Trusted].Lstat(dir)
	switch {
	case err != nil:
		return withPath(path, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return &ObstacleError{Path: path, Is: kindOf(info.Mode()), Todo: fmt.Sprintf(
			"%s belongs below it, and links are not followed: replace it by a folder, or emit to its target", filepath.Join(p.Trusted, name))}
	case !info.IsDir():
		return &ObstacleError{Path: path, Is: kindOf(info.Mode()), Todo: fmt.Sprintf(
			"%s belongs below it: move it away, or emit to another folder", filepath.Join(p.Trusted, name))}
	}
	d.folders[path] = true
	return nil
}

// kindOf names the kind of a file for error texts.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a file"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// stat describes a regular file; anything else is an [*ObstacleError].
func (d *disk) stat(path string) (info fs.FileInfo, err error) {
	err = d.access(path, func(root *os.Root, name string) (err error) {
		if info, err = root.Lstat(name); err == nil && !info.Mode().IsRegular() {
			err = &ObstacleError{Path: path, Is: kindOf(info.Mode()), Todo: "the run emits a file here: remove it, or emit to another folder"}
		}
		return err
	})
	return info, err
}

// read returns the contents and the permissions of a regular file.
func (d *disk) read(path string) (text []byte, mode fs.FileMode, err error) {
	info, err := d.stat(path)
	if err != nil {
		return nil, 0, err
	}
	err = d.access(path, func(root *os.Root, name string) error {
		f, err := root.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
			return errors.Join(err, fmt.Errorf("%s: this file changed while it was read", path))
		}
		text, err = io.ReadAll(f)
		return err
	})
	return text, info.Mode().Perm(), err
}

// readDir lists a folder.
func (d *disk) readDir(dir string) (entries []fs.DirEntry, err error) {
	err = d.access(filepath.Join(dir, "x"), func(root *os.Root, name string) error {
		entries, err = fs.ReadDir(root.FS(), filepath.ToSlash(filepath.Dir(name)))
		return err
	})
	return entries, err
}

// walk calls f with the absolute path of every entry below a folder. It does nothing if dir is missing or not a folder.
func (d *disk) walk(dir string, f func(path string, entry fs.DirEntry) error) error {
	entries, err := d.readDir(dir)
	if _, obstacle := errors.AsType[*ObstacleError](err); obstacle || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	errs := []error{err}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		errs = append(errs, f(path, entry))
		if entry.IsDir() {
			errs = append(errs, d.walk(path, f))
		}
	}
	return errors.Join(errs...)
}

// create makes a new file. It fails if the path exists, even as a link.
func (d *disk) create(path string, mode fs.FileMode) (f *os.File, err error) {
	err = d.access(path, func(root *os.Root, name string) (err error) {
		f, err = root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		return err
	})
	return f, err
}

// remove removes a file, a link itself, or an empty folder.
func (d *disk) remove(path string) error {
	return d.access(path, func(root *os.Root, name string) error { return root.Remove(name) })
}

// rename renames a file within its folder. If to is a link, the link is replaced.
func (d *disk) rename(from, to string) error {
	return d.access(to, func(root *os.Root, name string) error {
		return root.Rename(filepath.Join(filepath.Dir(name), filepath.Base(from)), name)
	})
}

// removeEmpty removes dir if it is empty, then its parents in the same way. It stops at the Dir of the place.
func (d *disk) removeEmpty(dir string) {
	for {
		p, _, err := d.placeOf(dir)
		if err != nil || dir == p.Dir || d.remove(dir) != nil {
			return
		}
		dir = filepath.Dir(dir)
	}
}
