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

// files are the answers in a folder which other processes read and write at the same time.
//
// Each says for whom it was made: for which server, which user of it, and under which name. One that was made for somebody
// else, or by kubectl, which does not say it, counts as missing. kubectl reads ours: it ignores the field.
type files struct {
	folder   folder
	ttl      time.Duration
	identity string // empty where it is unknown: then nothing is read or written

	lock sync.Mutex
	// ours are the files that this process has begun to write since it last invalidated: true where it did; fresh is set
	// until another's is used.
	ours  map[string]bool
	fresh bool
	// invalidated is set once files that are not ours must not be used any more.
	invalidated bool
}

// maxFiles is the number of files that a client writes: a server may make up as many groups as it likes. Large clusters
// have some hundreds.
const maxFiles = 1000

var (
	errInvalidated  = errors.New("the file is older than the last Invalidate")
	errExpired      = errors.New("the file has expired")
	errUnidentified = errors.New("the configuration has a Transport, so nobody can tell whose answers these are")
	errOthers       = errors.New("the file was not made for this server and user")
	errTooMany      = errors.New("the server has too many groups to remember")
)

// read decodes a file that may be used.
func (f *files) read(name string, into any) error {
	if f.identity == "" {
		return errUnidentified
	}
	f.lock.Lock()
	barred := f.invalidated && !f.ours[name]
	f.lock.Unlock()
	if barred {
		return errInvalidated
	}
	data, written, err := f.folder.read(name)
	if err != nil {
		return err
	}
	// A time of change in the future, from a clock that was wrong, must not keep a file alive.
	if time.Since(written).Abs() > f.ttl {
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

// write replaces a file whole: a reader sees the old content or the new one.
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
		return fmt.Errorf("%T is no object of some fields", obj)
	}
	data = fmt.Appendf(nil, `{"madeFor":%q,%s`, f.mark(name), data[1:])
	if err := f.folder.write(name, data); err != nil {
		return err
	}
	f.folder.prune(filepath.Dir(name), 0, 0) // no response is there
	f.lock.Lock()
	defer f.lock.Unlock()
	f.ours[name] = true
	return nil
}

// reserve tells whether one more file may be written.
func (f *files) reserve(name string) bool {
	f.lock.Lock()
	defer f.lock.Unlock()
	if _, known := f.ours[name]; known {
		return true
	}
	if len(f.ours) >= maxFiles {
		return false
	}
	f.ours[name] = false
	return true
}

// mark is what the file of this name says about for whom it was made.
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
	errNoName = errors.New("it is no name of a group and a version")
	// part is what groups and versions are made of. What else a server may call them is no name of a folder.
	part = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$`)
)

// fileOf names the file of a group-version, which may come from a server.
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
	if !filepath.IsLocal(name) { // devices of Windows
		return "", fmt.Errorf("%q: %w", groupVersion, errNoName)
	}
	return name, nil
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
