package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// files is a folder of answers which other processes read and write at the same time.
type files struct {
	directory string
	ttl       time.Duration

	lock sync.Mutex
	// ours are the files that this process wrote since it last invalidated; fresh is set until another's is used.
	ours  map[string]bool
	fresh bool
	// invalidated is set once files that are not ours must not be used any more.
	invalidated bool
}

var (
	errInvalidated = errors.New("the file is older than the last Invalidate")
	errExpired     = errors.New("the file has expired")
)

// read returns the content of a file that may be used.
func (f *files) read(name string) ([]byte, error) {
	path, err := f.path(name)
	if err != nil {
		return nil, err
	}
	f.lock.Lock()
	barred := f.invalidated && !f.ours[name]
	f.lock.Unlock()
	if barred {
		return nil, errInvalidated
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	// A time of change in the future, from a clock that was wrong, must not keep a file alive.
	if time.Since(info.ModTime()).Abs() > f.ttl {
		return nil, errExpired
	}
	return os.ReadFile(path)
}

// write replaces a file whole: a reader sees the old content or the new one.
func (f *files) write(name string, data []byte) error {
	path, err := f.path(name)
	if err != nil {
		return err
	}
	if err := replaceFile(path, data); err != nil {
		return err
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.ours[name] = true
	return nil
}

// path refuses names that lead out of the folder, as a made-up group-version could.
func (f *files) path(name string) (string, error) {
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("%q is no file of the cache folder", name)
	}
	return filepath.Join(f.directory, name), nil
}

// used notes that an answer came from the file.
func (f *files) used(name string) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.fresh = f.fresh && f.ours[name]
}

func (f *files) allOurs() bool {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.fresh
}

func (f *files) invalidate() {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.ours, f.fresh, f.invalidated = make(map[string]bool), true, true
}

// replaceFile writes to a temporary file beside the final one and renames it.
func replaceFile(path string, data []byte) (err error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(folder, filepath.Base(path)+".")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name())
		}
	}()
	_, err = temporary.Write(data)
	if err = errors.Join(err, temporary.Chmod(0o660), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
