package main

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func tree(files map[string]string) fs.FS {
	root := fstest.MapFS{}
	for name, text := range files {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

func TestSurfaceThatChanges(t *testing.T) {
	before := tree(map[string]string{"tools/cache/a.go": `package cache

// Store is a store.
type Store interface { Get(key string) (any, bool); hidden() }
type Options struct { Old int; Kept, hidden string; *Embedded }
type Embedded struct{}
type Name = string
func (o *Options) Method(a int) error { return nil }
func (h hidden) Method() {}
func New(o Options) Store { return nil }
const Limit = 1
type hidden int
`, "tools/cache/internal/x.go": "package x\nfunc Gone() {}", "cmd/x/main.go": "package main\nfunc Gone() {}", "kubernetes/typed/a.go": "package typed\nfunc Gone() {}"})
	after := tree(map[string]string{"tools/cache/b.go": `package cache

type Store interface { Get(key string) (any, bool, error) }
type Options struct { Kept string ` + "`json:\"kept\"`" + `; New int; *Embedded }
type Embedded struct{}
type Name = string
func (o Options) Method(a int) error { panic("other body") }
func New(o Options) Store { return nil }
const Limit = 2
`})
	var out strings.Builder
	require.NoError(t, sections()[0].write(&out, before, after))
	assert.Contains(t, out.String(), `1 added, 1 removed, 2 changed.`)
	assert.Contains(t, out.String(), "`k8s.io/client-go/tools/cache` (runtime/cache)\n\n```\n"+
		"~ Options.Kept: string → string `json:\"kept\"`\n"+
		"+ Options.New: int\n"+
		"- Options.Old: int\n"+
		"~ Store.Get: func(key string) (any, bool) → func(key string) (any, bool, error)\n```\n")

	out.Reset()
	require.NoError(t, sections()[1].write(&out, before, after))
	assert.Contains(t, out.String(), "`k8s.io/client-go/kubernetes/typed`\n\n```\n- Gone\n```\n")
}

func TestTestsAndMarkersThatChange(t *testing.T) {
	before := tree(map[string]string{
		"rest/a_test.go": "package rest\nfunc TestA() { a() }\nfunc TestB() { b() }",
		"core/v1/a.go":   "package v1\n// +genclient\n// +k8s:minimum=1\n// + no marker\ntype Pod struct{}",
	})
	after := tree(map[string]string{
		"rest/b_test.go": "package rest\nfunc TestA() { other() }\nfunc TestB() {\n b() }\nfunc TestC() {}",
		"core/v1/a.go":   "package v1\n// +genclient\n// +k8s:maximum(limit: 1)=3\ntype Pod struct{}",
	})
	was, err := testNames(before)
	require.NoError(t, err)
	is, err := testNames(after)
	require.NoError(t, err)
	lines, _ := changes(was, is, true)
	assert.Equal(t, map[string][]string{"rest": {"~ TestA\n", "+ TestC\n"}}, lines)

	was, err = markers(before)
	require.NoError(t, err)
	is, err = markers(after)
	require.NoError(t, err)
	lines, _ = changes(was, is, false)
	assert.Equal(t, map[string][]string{".": {"+ +k8s:maximum\n", "- +k8s:minimum\n"}}, lines)
}

func TestVersionsAreNamed(t *testing.T) {
	assert.ErrorContains(t, run(t.Context(), &strings.Builder{}, "", nil), "name one version")
}
