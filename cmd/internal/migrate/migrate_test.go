package migrate

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// The modules are small: client-go and a checkout of this project with two packages each, and a program on client-go.
const modules = `
-- client-go/go.mod --
module k8s.io/client-go

go 1.26
-- client-go/rest/rest.go --
package rest

type Config struct{ Host string }
-- client-go/tools/cache/cache.go --
package cache

type Store interface{ List() []any }
-- client-go/util/gone/gone.go --
package gone
-- typewright/go.mod --
module github.com/typewright/typewright

go 1.26
-- typewright/runtime/rest/rest.go --
package rest

type Config struct{ Host string }
-- typewright/runtime/cache/cache.go --
package cache

type Store interface{ List() []any }
-- typewright/generated/kubernetes/go.mod --
module github.com/typewright/typewright/generated/kubernetes

go 1.26
-- typewright/standin/go.mod --
module k8s.io/client-go

go 1.26

require github.com/typewright/typewright v0.0.0
-- typewright/standin/rest/rest.go --
package rest

import "github.com/typewright/typewright/runtime/rest"

type Config = rest.Config
-- typewright/standin/tools/cache/cache.go --
package cache

import "github.com/typewright/typewright/runtime/cache"

type Store = cache.Store
-- library/go.mod --
module library.example

go 1.26

require k8s.io/client-go v0.37.2
-- library/library.go --
package library

import "k8s.io/client-go/rest"

func Use(c *rest.Config) string { return c.Host }
-- program/go.mod --
module program.example

go 1.26

require k8s.io/client-go v0.37.2

replace k8s.io/client-go => ../client-go

replace library.example => ../library
-- program/main.go --
package main

import (
	"k8s.io/client-go/rest" // the config
)

func main() { println(rest.Config{}.Host) }
-- program/sub/sub_test.go --
package sub

import (
	"testing"

	"k8s.io/client-go/tools/cache"
)

func TestStore(t *testing.T) { var _ cache.Store }
`

// program writes the modules, with files beside them or in place of them, and returns the folder.
func program(t *testing.T, more string) string {
	t.Helper()
	dir := t.TempDir()
	archive := txtar.Parse([]byte(modules + more))
	for _, file := range archive.Files {
		name := filepath.Join(dir, filepath.FromSlash(file.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o750))
		require.NoError(t, os.WriteFile(name, file.Data, 0o600))
	}
	return dir
}

// tree reads all files of the program.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(filepath.Join(dir, "program"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(data)
		return err
	}))
	return files
}

func move(t *testing.T, dir string, way Way, options ...func(*Options)) (string, error) {
	t.Helper()
	var progress bytes.Buffer
	o := Options{Dir: filepath.Join(dir, "program"), Way: way, Checkout: filepath.Join(dir, "typewright"), Progress: &progress}
	for _, option := range options {
		option(&o)
	}
	err := Run(t.Context(), o)
	return progress.String(), err
}

func TestImports(t *testing.T) {
	dir := program(t, "")
	before := tree(t, dir)
	progress, err := move(t, dir, Imports)
	require.NoError(t, err)
	assert.Contains(t, progress, "2 imports in 2 files")
	assert.Contains(t, progress, "next: go test ./...")
	after := tree(t, dir)
	assert.Len(t, after, len(before), "no file is left over")
	assert.Contains(t, after["program/main.go"], "\t\"github.com/typewright/typewright/runtime/rest\" // the config\n")
	assert.Contains(t, after["program/sub/sub_test.go"], `"github.com/typewright/typewright/runtime/cache"`)
	assert.NotContains(t, after["program/go.mod"], "require k8s.io/client-go")
	assert.Contains(t, after["program/go.mod"], "replace github.com/typewright/typewright => ")

	_, err = move(t, dir, Imports)
	assert.ErrorContains(t, err, "nothing to move")
}

func TestStandin(t *testing.T) {
	const main = `
-- program/main.go --
package main

import (
	"k8s.io/client-go/rest"
	"library.example"
)

func main() { println(library.Use(&rest.Config{})) }
-- program/go.mod --
module program.example

go 1.26

require (
	k8s.io/client-go v0.37.2
	library.example v0.0.0
)

replace k8s.io/client-go => ../client-go

replace library.example => ../library
`
	dir := program(t, main)
	before := tree(t, dir)

	_, err := move(t, dir, Imports)
	require.ErrorContains(t, err, "cannot use", "the library's type is client-go's")
	require.ErrorContains(t, err, "--standin", "the remedy is named")
	assert.Equal(t, before, tree(t, dir), "nothing was changed")

	progress, err := move(t, dir, Standin, func(o *Options) { o.DryRun = true })
	require.NoError(t, err)
	assert.Contains(t, progress, "it would compile; nothing was changed")
	assert.Equal(t, before, tree(t, dir))

	_, err = move(t, dir, Standin)
	require.NoError(t, err)
	after := tree(t, dir)
	assert.Equal(t, before["program/main.go"], after["program/main.go"])
	assert.Contains(t, after["program/go.mod"], "k8s.io/client-go => "+filepath.Join(dir, "typewright", "standin"))
	assert.NotContains(t, after["program/go.mod"], "../client-go")
}

func TestNoCounterpart(t *testing.T) {
	dir := program(t, `
-- program/gone.go --
package main

import _ "k8s.io/client-go/util/gone"
import _ "k8s.io/client-go/third_party/forked/httpcache"
`)
	before := tree(t, dir)
	_, err := move(t, dir, Imports)
	var none *NoCounterpartError
	require.ErrorAs(t, err, &none)
	assert.Equal(t, []string{"gone.go:3: k8s.io/client-go/util/gone", "gone.go:4: k8s.io/client-go/third_party/forked/httpcache"}, none.Imports)
	assert.Equal(t, before, tree(t, dir))
}

func TestWhatDoesNotCompileIsNotChanged(t *testing.T) {
	for name, file := range map[string]string{
		"a package": "program/broken.go", "a test": "program/sub/broken_test.go",
	} {
		t.Run(name, func(t *testing.T) {
			dir := program(t, "\n-- "+file+" --\npackage "+map[bool]string{true: "main", false: "sub"}[file == "program/broken.go"]+"\n\nvar x int = \"text\"\n")
			before := tree(t, dir)
			for _, way := range []Way{Imports, Standin} {
				_, err := move(t, dir, way)
				require.ErrorContains(t, err, "broken")
				require.ErrorContains(t, err, "nothing was changed")
				assert.Equal(t, before, tree(t, dir))
			}
		})
	}
}

func TestLinksAndOtherModulesStay(t *testing.T) {
	dir := program(t, `
-- program/nested/go.mod --
module nested.example
-- program/nested/nested.go --
package nested

import _ "k8s.io/client-go/rest"
-- program/testdata/old.go --
package old

import _ "k8s.io/client-go/rest"
-- elsewhere/linked.go --
package main

import _ "k8s.io/client-go/rest"
`)
	outside := filepath.Join(dir, "elsewhere", "linked.go")
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "program", "ignored.txt")))
	before := tree(t, dir)
	_, err := move(t, dir, Imports)
	require.NoError(t, err)
	after := tree(t, dir)
	for _, name := range []string{"program/nested/nested.go", "program/testdata/old.go"} {
		assert.Equal(t, before[name], after[name], name)
	}
	source, err := os.ReadFile(outside)
	require.NoError(t, err)
	assert.Contains(t, string(source), "k8s.io/client-go/rest")
}

func TestMistakes(t *testing.T) {
	dir := program(t, "")
	_, err := move(t, dir, Imports, func(o *Options) { o.Checkout = "" })
	require.ErrorContains(t, err, "--checkout")
	_, err = move(t, dir, Imports, func(o *Options) { o.Checkout = t.TempDir() })
	require.ErrorContains(t, err, "is no folder of this project's source")
	_, err = move(t, dir, Imports, func(o *Options) { o.Dir = t.TempDir() })
	require.ErrorContains(t, err, "there is no go.mod here")
	_, err = move(t, dir, "sideways")
	require.ErrorContains(t, err, "sideways")
}

func TestWritePutsBackWhatItReplaced(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	require.NoError(t, os.WriteFile(file, []byte("old"), 0o640))
	require.NoError(t, restoreAfter(file, "new"))
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "old", string(data))

	require.NoError(t, os.Symlink(file, filepath.Join(dir, "link.go")))
	require.ErrorContains(t, write(map[string][]byte{file: []byte("new"), filepath.Join(dir, "link.go"): []byte("new")}), "no regular file")
	data, err = os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "old", string(data))
	names, err := filepath.Glob(filepath.Join(dir, ".migrate-*"))
	require.NoError(t, err)
	assert.Empty(t, names, "no temporary file is left")
}

// restoreAfter writes a file and puts it back.
func restoreAfter(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := write(map[string][]byte{file: []byte(text)}); err != nil {
		return err
	}
	return restore([]string{file}, map[string][]byte{file: old})
}
