package disk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// files are the cached results in a folder that other processes read and write concurrently.
//
// Each file identifies its server, user and name. A file for another user, or from kubectl, which does not identify
// any, counts as missing. kubectl reads our files: it ignores the field.
type files struct {
	folder   folder
	ttl      time.Duration
	identity string // "" if it is unknown: then nothing is read or written

	lock sync.Mutex
	// written holds the files that this process has reserved since the last Invalidate, and true once they are written.
	// fresh is set until a file of another process is used.
	written map[string]bool
	fresh   bool
	// invalidated is set by Invalidate: from then on, only files in written are used.
	invalidated bool
}

// maxFiles is how many files a client writes, because a server may invent groups without limit. Large clusters have
// some hundred group-versions.
const maxFiles = 1000

var (
	errInvalidated  = errors.New("the file is older than the last Invalidate")
	errExpired      = errors.New("the file has expired")
	errUnidentified = errors.New("the configuration has a Transport, which hides the user")
	errOthers       = errors.New("the file was not made for this server and user")
	errTooMany      = errors.New("the server has too many groups to remember")
)

// read decodes a file, or returns an error if it must not be used.
func (f *files) read(name string, into any) error {
	if f.identity == "" {
		return errUnidentified
	}
	f.lock.Lock()
	ignored := f.invalidated && !f.written[name]
	f.lock.Unlock()
	if ignored {
		return errInvalidated
	}
	data, modified, err := f.folder.read(name)
	if err != nil {
		return err
	}
	// A modification time in the future, from a wrong clock, must not keep a file valid.
	if time.Since(modified).Abs() > f.ttl {
		return errExpired
	}
	var mark struct {
		MadeFor string `json:"madeFor"`
	}
	if err := json.Unmarshal(data, &mark); err != nil {
		return err
	}
	if mark.MadeFor != f.mark(name) {
		return errOthers
	}
	return json.Unmarshal(data, into)
}

// write replaces a file atomically.
func (f *files) write(name string, obj any) error {
	if f.identity == "" {
		return errUnidentified
	}
	if !f.reserve(name) {
		return errTooMany
	}
	data, err := json.Marshal(obj)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(data, []byte(`{"`)) {
		return fmt.Errorf("%T does not encode as an object with fields", obj)
	}
	data = fmt.Appendf(nil, `{"madeFor":%q,%s`, f.mark(name), data[1:])
	if err := f.folder.write(name, data); err != nil {
		return err
	}
	f.folder.prune(filepath.Dir(name), 0, 0) // that folder has no responses
	f.lock.Lock()
	defer f.lock.Unlock()
	f.written[name] = true
	return nil
}

// reserve reports whether the file may be written, and counts it.
func (f *files) reserve(name string) bool {
	f.lock.Lock()
	defer f.lock.Unlock()
	if _, known := f.written[name]; known {
		return true
	}
	if len(f.written) >= maxFiles {
		return false
	}
	f.written[name] = false
	return true
}

// mark returns the content of the field madeFor in a file: a hash of identity and file name.
func (f *files) mark(name string) string {
	sum := newDigest()
	sum.add("identity", f.identity)
	sum.add("file", name)
	return sum.String()
}

const (
	groupsFile    = "servergroups.json"
	resourcesFile = "serverresources.json"
)

var (
	errNoName = errors.New("not a valid group and version")
	// part matches the names of groups and versions that are safe as file names.
	part = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$`)
)

// fileOf returns the file of a group-version. The group-version may come from a server, so it is not trusted.
func fileOf(groupVersion string) (string, error) {
	parts := strings.Split(groupVersion, "/")
	if len(parts) > 2 {
		return "", fmt.Errorf("%q: %w", groupVersion, errNoName)
	}
	for _, p := range parts {
		if !part.MatchString(p) || p == groupsFile || p == resourcesFile {
			return "", fmt.Errorf("%q: %w", groupVersion, errNoName)
		}
	}
	name := filepath.Join(append(parts, resourcesFile)...)
	if !filepath.IsLocal(name) { // such as a device name on Windows
		return "", fmt.Errorf("%q: %w", groupVersion, errNoName)
	}
	return name, nil
}

// used records that a result came from the file.
func (f *files) used(name string) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.fresh = f.fresh && f.written[name]
}

func (f *files) isFresh() bool {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.fresh
}

func (f *files) invalidate() {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.written, f.fresh, f.invalidated = make(map[string]bool), true, true
}
