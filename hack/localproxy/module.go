package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// packed is a module on its way to the proxy.
type packed struct {
	path  string
	mod   *modfile.File
	files []content
}

// content is a file of a module. It implements zip.File.
type content struct {
	name string
	data []byte
}

func (c content) Path() string                 { return c.name }
func (c content) Lstat() (os.FileInfo, error)  { return info{c}, nil }
func (c content) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.data)), nil }

// info describes a content as a regular file.
type info struct{ content }

func (i info) Name() string     { return path.Base(i.name) }
func (i info) Size() int64      { return int64(len(i.data)) }
func (info) Mode() os.FileMode  { return 0o644 }
func (info) ModTime() time.Time { return time.Time{} }
func (info) IsDir() bool        { return false }
func (info) Sys() any           { return nil }

// listFiles returns the files of a folder that git knows or would add, and all of them where there is no repository. What begins with a
// dot is left out there, as are links.
func listFiles(folder string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard") //nolint:noctx // it ends at once
	cmd.Dir = folder
	if out, err := cmd.Output(); err == nil {
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), nil
	}
	var names []string
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || name == folder:
			return err
		case strings.HasPrefix(entry.Name(), ".") && entry.IsDir():
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		name, err = filepath.Rel(folder, name)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	return names, err
}

// read reads the module in a folder, nested modules excepted.
func read(folder, importPath string) (*packed, error) {
	names, err := listFiles(folder)
	if err != nil {
		return nil, err
	}
	p := &packed{path: importPath}
	slices.Sort(names)
	nested := map[string]bool{}
	for _, name := range names {
		if path.Base(name) == "go.mod" && name != "go.mod" {
			nested[path.Dir(name)] = true
		}
	}
	for _, name := range slices.Compact(names) {
		if name == "go.mod" || below(nested, name) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if os.IsNotExist(err) {
			continue // removed, and git still knows it
		}
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, content{name, data})
	}
	data, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return nil, err
	}
	p.mod, err = modfile.Parse(filepath.Join(folder, "go.mod"), data, nil)
	return p, err
}

// below reports whether a file lies in one of the folders.
func below(folders map[string]bool, name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if folders[dir] {
			return true
		}
	}
	return false
}

// hash adds what the module consists of.
func (p *packed) hash(w io.Writer) {
	fmt.Fprintf(w, "%s\n", p.path)
	for _, file := range p.files {
		fmt.Fprintf(w, "%s %d\n", file.name, len(file.data))
		_, _ = w.Write(file.data) // a hash takes everything
	}
	for _, r := range p.mod.Require {
		fmt.Fprintf(w, "%s %s\n", r.Mod.Path, r.Mod.Version)
	}
}

// write writes the module in the layout of the proxy protocol. It requires the other modules in the same version.
func (p *packed) write(dir, version string, at time.Time) error {
	for _, r := range p.mod.Replace {
		if err := p.mod.DropReplace(r.Old.Path, r.Old.Version); err != nil {
			return err
		}
	}
	for _, path := range published() {
		if slices.ContainsFunc(p.mod.Require, func(r *modfile.Require) bool { return r.Mod.Path == path }) {
			if err := p.mod.AddRequire(path, version); err != nil {
				return err
			}
		}
	}
	p.mod.Cleanup()
	mod, err := p.mod.Format()
	if err != nil {
		return err
	}
	escaped, err := module.EscapePath(p.path)
	if err != nil {
		return err
	}
	folder := filepath.Join(dir, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // everybody may read it
		return err
	}
	about, err := json.Marshal(map[string]any{"Version": version, "Time": at})
	if err != nil {
		return err
	}
	files := make([]zip.File, 0, len(p.files)+1)
	for _, file := range append(p.files, content{"go.mod", mod}) {
		files = append(files, file)
	}
	for name, write := range map[string]func(io.Writer) error{
		"list":            func(io.Writer) error { return nil }, // pseudo-versions are not listed
		version + ".info": text(about),
		version + ".mod":  text(mod),
		version + ".zip":  func(w io.Writer) error { return zip.Create(w, module.Version{Path: p.path, Version: version}, files) },
		"../@latest":      text(about),
	} {
		if err := writeNew(filepath.Join(folder, name), write); err != nil {
			return err
		}
	}
	return nil
}

func text(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}
