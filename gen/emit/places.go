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
	// Dir is the absolute folder. It need not exist. It is never removed, however empty it becomes.
	Dir string
	// Trusted is Dir or a folder above it, and exists. Links in its own path are followed, as everywhere; below it none
	// is: whoever wrote the repository that the run works on may have put them there.
	Trusted string
}

// ObstacleError says that something stands in the way which is no plain file, or no folder.
type ObstacleError struct {
	// Path is where it stands, Is what it is, such as "a symbolic link".
	Path, Is string
	// Todo says what was to be there, and what to do.
	Todo string
}

// Error says what to do as well.
func (e *ObstacleError) Error() string {
	return fmt.Sprintf("%s: this is %s: %s", e.Path, e.Is, e.Todo)
}

// disk reaches the files of a run's places, and nothing else. It opens trusted folders, and what lies below them only
// from there and without a link on the way, so that nothing outside can be read or written.
type disk struct {
	places []Place
	// roots are the trusted folders.
	roots map[string]*os.Root
	// mu guards folders: those that are known to be there, without a link on the way.
	mu      sync.Mutex
	folders map[string]bool
}

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

// at finds the place of a path, and the path as seen from its trusted folder.
func (d *disk) at(path string) (p Place, name string, err error) {
	for _, p := range d.places {
		if below, err := filepath.Rel(p.Dir, path); err == nil && filepath.IsLocal(below) {
			name, err := filepath.Rel(p.Trusted, path)
			return p, name, err
		}
	}
	return Place{}, "", fmt.Errorf("%s: this lies outside of all folders that the run may write to", path)
}

// on calls f with the trusted folder of a path and the path as seen from there, when all folders on the way stand. Errors
// name the whole path.
func (d *disk) on(path string, f func(root *os.Root, name string) error) error {
	p, name, err := d.at(path)
	if err != nil {
		return err
	}
	d.mu.Lock()
	err = d.way(p, name)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return whole(path, f(d.roots[p.Trusted], name))
}

// whole makes an error of a file name its whole path.
func whole(path string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: strings.TrimSuffix(e.Op, "at"), Path: path, Err: e.Err}
	}
	return err
}

// way makes sure that all folders from the trusted one down to that of a file are there, and none of them is a link.
func (d *disk) way(p Place, name string) error {
	if name == "." || d.folders[filepath.Join(p.Trusted, filepath.Dir(name))] {
		return nil
	}
	dir := filepath.Dir(name)
	if err := d.way(p, dir); err != nil {
		return err
	}
	path := filepath.Join(p.Trusted, dir)
	info, err := d.roots[p.Trusted].Lstat(dir)
	switch {
	case err != nil:
		return whole(path, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return &ObstacleError{Path: path, Is: kindOf(info.Mode()), Todo: fmt.Sprintf(
			"%s is to lie below, and no link is followed: put a folder in its place, or emit to the one that it points to", filepath.Join(p.Trusted, name))}
	case !info.IsDir():
		return &ObstacleError{Path: path, Is: kindOf(info.Mode()), Todo: fmt.Sprintf(
			"%s is to lie below: move it away, or emit to another folder", filepath.Join(p.Trusted, name))}
	}
	d.folders[path] = true
	return nil
}

// kindOf names what a file is for people.
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

// stat describes a plain file.
func (d *disk) stat(path string) (info fs.FileInfo, err error) {
	err = d.on(path, func(root *os.Root, name string) (err error) {
		if info, err = root.Lstat(name); err == nil && !info.Mode().IsRegular() {
			err = &ObstacleError{Path: path, Is: kindOf(info.Mode()), Todo: "a file is to be emitted here: remove it, or emit to another folder"}
		}
		return err
	})
	return info, err
}

// read reads a plain file and tells its permissions.
func (d *disk) read(path string) (text []byte, mode fs.FileMode, err error) {
	info, err := d.stat(path)
	if err != nil {
		return nil, 0, err
	}
	err = d.on(path, func(root *os.Root, name string) error {
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
	err = d.on(filepath.Join(dir, "x"), func(root *os.Root, name string) error {
		entries, err = fs.ReadDir(root.FS(), filepath.ToSlash(filepath.Dir(name)))
		return err
	})
	return entries, err
}

// walk calls f for all below a folder, with absolute paths. What is no folder, or not there, has nothing below it.
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

// create makes a file that is not there yet. Nothing that lies there is opened, links included.
func (d *disk) create(path string, mode fs.FileMode) (f *os.File, err error) {
	err = d.on(path, func(root *os.Root, name string) (err error) {
		f, err = root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		return err
	})
	return f, err
}

// remove removes a file, a link itself, or an empty folder.
func (d *disk) remove(path string) error {
	return d.on(path, func(root *os.Root, name string) error { return root.Remove(name) })
}

// rename puts a file in the place of another in the same folder. A link is replaced, not followed.
func (d *disk) rename(from, to string) error {
	return d.on(to, func(root *os.Root, name string) error {
		return root.Rename(filepath.Join(filepath.Dir(name), filepath.Base(from)), name)
	})
}

// removeEmpty removes a folder that has become empty, and the folders above it as far as they are empty too and lie below
// a place's own.
func (d *disk) removeEmpty(dir string) {
	for {
		p, _, err := d.at(dir)
		if err != nil || dir == p.Dir || d.remove(dir) != nil {
			return
		}
		dir = filepath.Dir(dir)
	}
}
