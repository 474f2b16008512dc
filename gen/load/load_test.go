package load

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/typewright/typewright/gen/model"
)

// plant writes a txtar archive below a new folder.
func plant(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, f.Data, 0o600))
	}
	return dir
}

func loadAll(t *testing.T, cfg Config) Result {
	t.Helper()
	if cfg.Patterns == nil {
		cfg.Patterns = []string{"./..."}
	}
	cfg.Env = append(os.Environ(), append([]string{"GOFLAGS=", "GOWORK="}, cfg.Env...)...)
	res, err := Load(t.Context(), cfg)
	require.NoError(t, err)
	return res
}

func pkgOf(t *testing.T, res Result, path string) *model.Package {
	t.Helper()
	for _, p := range res.Packages {
		if p.Path == path {
			return p
		}
	}
	require.Fail(t, "no package "+path)
	return nil
}

func declOf(t *testing.T, p *model.Package, name string) *model.Decl {
	t.Helper()
	for _, d := range p.Decls {
		if d.Name == name {
			return d
		}
	}
	require.Fail(t, "no declaration "+name)
	return nil
}

// show returns a type of the model as Go text.
func show(t *model.Type) string {
	switch t.Kind {
	case model.Named:
		name := t.Decl.Package.Path + "." + t.Decl.Name
		if len(t.Args) > 0 {
			args := make([]string, len(t.Args))
			for i, a := range t.Args {
				args[i] = show(a)
			}
			name += "[" + strings.Join(args, ",") + "]"
		}
		return name
	case model.Pointer:
		return "*" + show(t.Elem)
	case model.Slice:
		return "[]" + show(t.Elem)
	case model.Array:
		return "[" + t.Len + "]" + show(t.Elem)
	case model.Map:
		return "map[" + show(t.Key) + "]" + show(t.Elem)
	case model.Struct:
		return "struct"
	case model.Interface:
		return "interface " + t.Name
	case model.Function:
		return "func"
	case model.Chan:
		return "chan " + show(t.Elem)
	case model.TypeParam:
		return "param " + t.Name
	case model.Basic:
	}
	return t.Name
}

func showFields(d *model.Decl) map[string]string {
	shown := map[string]string{}
	for _, f := range d.Fields() {
		shown[f.Name] = show(f.Type)
	}
	return shown
}

const everyForm = `
-- go.mod --
module m.example

go 1.26
-- v1/types.go --
package v1

import (
	"time"

	"m.example/dashed-name"
	. "m.example/dotted"
	other "m.example/v2"
	"m.example/v3/api"
)

type (
	// Named is in a group.
	Named string
	// Generic takes anything.
	Generic[K comparable, V any] struct {
		Key   K
		Value []V
	}
)

type Alias = other.Thing

type Defined other.Thing

type Every struct {
	Base
	*other.Thing
	A, B     int
	Bytes    []byte
	Any      any
	Err      error
	Iface    interface{ Do() }
	Array    [4]Named
	Map      map[string]map[Named]*Every
	Nested   struct{ X int }
	Fn       func(int) string
	Ch       chan<- int
	Dotted   FromDot
	Dashed   dashed.Thing
	Real     realname.Thing
	Generic  Generic[string, *Named]
	Paren    (Named)
	Duration time.Duration
	Alias    Alias
}

type Base struct{ Kind string }

func (e *Every) Pointer(a, b string, c ...int) (*Every, error) { return nil, nil }
func (e Every) Value()                                        {}
func (g *Generic[K, V]) OnGeneric() K                         { return *new(K) }

var AddToScheme, other2 = 1, 2

const Const = 1

func Resource() {}
-- v1/types_test.go --
package v1

type OnlyInTests struct{}
-- v1/windows_types.go --
//go:build windows && linux

package v1

type Never struct{}
-- v1/tagged.go --
//go:build extra

package v1

type OnlyWithTag struct{}
-- v2/v2.go --
package v2

type Thing struct{ Deep Deeper }

type Deeper struct{ Level int }

type Unreached struct{}
-- dashed-name/x.go --
package dashed

type Thing int
-- dotted/x.go --
package dotted

type FromDot struct{ X int }
-- v3/api/x.go --
package realname

type Thing struct{ private *opaque }

func (t *Thing) UnmarshalJSON([]byte) error { return nil }

func (t *Thing) DeepCopyInto(*Thing) {}

type opaque struct{ x int }
`

func TestEveryFormOfType(t *testing.T) {
	dir := plant(t, everyForm)
	res := loadAll(t, Config{Dir: dir, Patterns: []string{"./v1"}})
	p := pkgOf(t, res, "m.example/v1")
	assert.True(t, p.Writable)
	every := declOf(t, p, "Every")
	assert.Equal(t, map[string]string{
		"Base": "m.example/v1.Base", "Thing": "*m.example/v2.Thing", "A": "int", "B": "int", "Bytes": "[]byte",
		"Any": "interface any", "Err": "interface error", "Iface": "interface ",
		"Array": "[4]m.example/v1.Named", "Map": "map[string]map[m.example/v1.Named]*m.example/v1.Every",
		"Nested": "struct", "Fn": "func", "Ch": "chan int",
		"Dotted": "m.example/dotted.FromDot", "Dashed": "m.example/dashed-name.Thing", "Real": "m.example/v3/api.Thing",
		"Generic": "m.example/v1.Generic[string,*m.example/v1.Named]", "Paren": "m.example/v1.Named",
		"Duration": "time.Duration", "Alias": "m.example/v1.Alias",
	}, showFields(every))

	for _, absent := range []string{"OnlyInTests", "Never", "OnlyWithTag"} {
		for _, d := range p.Decls {
			assert.NotEqual(t, absent, d.Name)
		}
	}
	assert.Equal(t, map[string]bool{"AddToScheme": true, "other2": true, "Const": true, "Resource": true}, p.Idents)

	method := every.Methods["Pointer"]
	assert.True(t, method.Pointer)
	require.Len(t, method.Params, 3)
	assert.Equal(t, "[]int", show(method.Params[2]))
	require.Len(t, method.Results, 2)
	assert.Equal(t, "*m.example/v1.Every", show(method.Results[0]))
	assert.False(t, every.Methods["Value"].Pointer)

	generic := declOf(t, p, "Generic")
	assert.Equal(t, []string{"K", "V"}, generic.TypeParams)
	assert.Equal(t, map[string]string{"Key": "param K", "Value": "[]param V"}, showFields(generic))
	assert.Equal(t, "param K", show(generic.Methods["OnGeneric"].Results[0]))

	alias := declOf(t, p, "Alias")
	assert.True(t, alias.Alias)
	assert.Equal(t, "Thing", alias.Resolve().Name)
	defined := declOf(t, p, "Defined")
	assert.False(t, defined.Alias)
	assert.Equal(t, "Deep", defined.Fields()[0].Name, "a type of another package is loaded")
	assert.Equal(t, model.Struct, defined.Fields()[0].Type.Underlying().Kind)

	dashed, _ := every.Field("Dashed")
	assert.Equal(t, "dashed", dashed.Type.Decl.Package.Name, "the package's own name, not the folder's")
	duration, _ := every.Field("Duration")
	assert.Equal(t, "int64", duration.Type.Underlying().Name)
	realField, _ := every.Field("Real")
	assert.Contains(t, realField.Type.Decl.Methods, "UnmarshalJSON")
	opaque := realField.Type.Decl.Fields()[0].Type.Elem
	assert.Nil(t, opaque.Decl.Type, "a type with JSON and copy methods of its own is opaque")
	assert.Same(t, every.Fields()[0].Type.Decl.Package, p)
}

func TestOnlyReachedDeclarationsOfOtherPackages(t *testing.T) {
	dir := plant(t, everyForm)
	res := loadAll(t, Config{Dir: dir, Patterns: []string{"./v1"}})
	thing, _ := declOf(t, pkgOf(t, res, "m.example/v1"), "Every").Field("Thing")
	other := thing.Type.Elem.Decl.Package
	names := make([]string, 0, len(other.Decls))
	for _, d := range other.Decls {
		names = append(names, d.Name)
	}
	assert.Equal(t, []string{"Deeper", "Thing"}, names)
}

func TestShallowReadsNoPackagesOfFields(t *testing.T) {
	dir := plant(t, everyForm)
	res := loadAll(t, Config{Dir: dir, Patterns: []string{"./v1"}, Shallow: true})
	p := pkgOf(t, res, "m.example/v1")
	dashed, _ := declOf(t, p, "Every").Field("Dashed")
	assert.Nil(t, dashed.Type.Decl.Type)
	assert.Len(t, declOf(t, p, "Defined").Fields(), 1, "a type defined by another type is loaded all the same")
}

func TestShallowKnowsTheNamesOfDotImports(t *testing.T) {
	dir := plant(t, `-- go.mod --
module m.example
-- v1/x.go --
package v1

import . "m.example/dotted"

type T struct{ Field Bare }
-- dotted/d.go --
package dotted

type Bare struct{}
`)
	res := loadAll(t, Config{Dir: dir, Patterns: []string{"./v1"}, Shallow: true})
	field, _ := declOf(t, pkgOf(t, res, "m.example/v1"), "T").Field("Field")
	assert.Equal(t, "m.example/dotted", field.Type.Decl.Package.Path)
}

func TestBuildTagsOfTheEnvironment(t *testing.T) {
	dir := plant(t, everyForm)
	res := loadAll(t, Config{Dir: dir, Patterns: []string{"./v1"}, Env: []string{"GOFLAGS=-tags=extra"}})
	declOf(t, pkgOf(t, res, "m.example/v1"), "OnlyWithTag")
}

func TestJSONTags(t *testing.T) {
	dir := plant(t, "-- go.mod --\nmodule m.example\n-- v1/x.go --\n"+strings.ReplaceAll(`package v1

type T struct {
	Inline        'json:",inline"'
	Bare
	NamedEmbedded 'json:"named"'
	Text
	Plain         string
	Renamed       string 'json:"renamed,omitempty" protobuf:"bytes,1"'
	Zero          Inline 'json:"zero,omitzero"'
	Skipped       string 'json:"-"'
	Dash          string 'json:"-,"'
	Quoted        int    'json:",string"'
	NotInline     Inline 'json:",inline"'
}

type Inline struct{}
type Bare struct{}
type NamedEmbedded struct{}
type Text string
`, "'", "`"))
	res := loadAll(t, Config{Dir: dir})
	got := map[string]model.JSONTag{}
	for _, f := range declOf(t, pkgOf(t, res, "m.example/v1"), "T").Fields() {
		got[f.Name] = f.JSON
	}
	assert.Equal(t, map[string]model.JSONTag{
		"Inline":        {Name: "Inline", Inline: true},
		"Bare":          {Name: "Bare", Inline: true},
		"NamedEmbedded": {Name: "named"},
		"Text":          {Name: "Text"},
		"Plain":         {Name: "Plain"},
		"Renamed":       {Name: "renamed", OmitEmpty: true},
		"Zero":          {Name: "zero", OmitZero: true},
		"Skipped":       {Name: "-", Skip: true},
		"Dash":          {Name: "-"},
		"Quoted":        {Name: "Quoted", String: true},
		"NotInline":     {Name: "NotInline"},
	}, got)
}

func TestPlacesOfMarkers(t *testing.T) {
	dir := plant(t, `
-- go.mod --
module m.example
-- v1/doc.go --
// +detachedAtTop

// Package v1 is documented.
// +groupName=a.example
package v1

// +afterTheClause=in doc.go
-- v1/x.go --
// +alsoThePackage
package v1

// +stray

// +above
// +above=two

// Doc text
// +doc=a=b
// more text.
//+tight
type A struct {
	// Field text.
	// +field
	F string
	/*
	+block
	*/
	G string // +trailing
}

// +groupOfTypes
type (
	// +inGroup
	B int

	// +aboveInGroup

	C int
)
type D int // +trailingType

// +far


type E int
`)
	p := pkgOf(t, loadAll(t, Config{Dir: dir}), "m.example/v1")
	names := func(ms model.Markers) string {
		var all []string
		for _, m := range ms {
			all = append(all, m.Name)
		}
		return strings.Join(all, " ")
	}
	assert.Equal(t, "detachedAtTop groupName afterTheClause alsoThePackage", names(p.Markers))
	a := declOf(t, p, "A")
	assert.Equal(t, "above above doc tight", names(a.Markers))
	assert.Equal(t, []string{"", "two"}, a.Markers.All("above"))
	assert.Equal(t, "a=b", a.Markers.All("doc")[0])
	assert.Equal(t, "Doc text\nmore text.", a.Doc)
	assert.Equal(t, "field", names(a.Fields()[0].Markers))
	assert.Equal(t, "block", names(a.Fields()[1].Markers))
	assert.Equal(t, "Field text.", a.Fields()[0].Doc)
	assert.Equal(t, "inGroup", names(declOf(t, p, "B").Markers))
	assert.Equal(t, "aboveInGroup", names(declOf(t, p, "C").Markers))
	assert.Empty(t, declOf(t, p, "D").Markers)
	assert.Empty(t, declOf(t, p, "E").Markers)
	assert.Equal(t, "stray trailing groupOfTypes trailingType far", names(p.Stray))

	m, _ := a.Markers.Get("doc")
	assert.Equal(t, filepath.Join("v1", "x.go")+":10:4", m.Pos.String())
	block := a.Fields()[1].Markers[0]
	assert.Equal(t, 18, block.Pos.Line)
}

func TestMethodsThatThisRunEmitsDoNotCount(t *testing.T) {
	header := func(tool string) string { return model.GeneratedLine(tool) + "\n\npackage v1\n\n" }
	dir := plant(t, `
-- go.mod --
module m.example
-- v1/x.go --
package v1

import "m.example/common"

type A struct{ C common.C }
-- v1/zz_generated.deepcopy.go --
`+header("clientgen")+`
func (in *A) DeepCopyInto(out *A) {
	*out = *in
}

func Helper() {}
-- v1/zz_generated.other.go --
`+header("deepcopy-gen")+`
func (in *A) DeepCopy() *A { return in }
-- common/x.go --
package common

type C struct{}
-- common/zz_generated.deepcopy.go --
`+strings.Replace(header("clientgen"), "v1", "common", 1)+`
func (in *C) DeepCopyInto(out *C) {
	*out = *in
}
`)
	emitted := func(base, origin string) bool { return base == "zz_generated.deepcopy.go" && origin == "clientgen" }
	p := pkgOf(t, loadAll(t, Config{Dir: dir, Patterns: []string{"./v1"}, Emitted: emitted}), "m.example/v1")
	a := declOf(t, p, "A")
	assert.NotContains(t, a.Methods, "DeepCopyInto")
	assert.Contains(t, a.Methods, "DeepCopy", "methods by another generator count")
	assert.NotContains(t, p.Idents, "Helper")
	assert.Contains(t, a.Fields()[0].Type.Decl.Methods, "DeepCopyInto", "methods by another run of ours count")
}

// TestMethodsOfFilesWithoutTypes holds the loader to the methods of generated files that declare no types, as those of
// protoc's plugins.
func TestMethodsOfFilesWithoutTypes(t *testing.T) {
	const plugins = `
-- %[1]sx_json.gen.go --
// Code generated by protoc-gen-jsonshim. DO NOT EDIT.
package %[2]s

import bytes "bytes"

// UnmarshalJSON is a custom unmarshaler.
func (this *Port) UnmarshalJSON(b []byte) error {
	var _ bytes.Buffer
	return nil
}
-- %[1]sx_deepcopy.gen.go --
// Code generated by protoc-gen-deepcopy. DO NOT EDIT.
package %[2]s

func (in *Port) DeepCopy() *Port {
	return in
}

func (in Name) DeepCopy() Name { return in }

func (*Port) Size() (n int) {
	return 0
}
func (in *Box[T]) Reset() { *in = Box[T]{} }
`
	dir := plant(t, `
-- go.mod --
module m.example
-- v1/types.go --
package v1

import "m.example/far"

type (
	Port struct{ X func() }
	Name string
	Box[T any] struct{ Content T }
	Robot struct { P far.Port; N far.Name; B far.Box[int] }
)
-- far/types.go --
package far

type (
	Port struct{ X func() }
	Name string
	Box[T any] struct{ Content T }
)
`+fmt.Sprintf(plugins, "v1/", "v1")+fmt.Sprintf(plugins, "far/", "far"))
	p := pkgOf(t, loadAll(t, Config{Dir: dir, Patterns: []string{"./v1"}}), "m.example/v1")
	robot := declOf(t, p, "Robot").Fields()
	for _, decls := range [][]*model.Decl{
		{declOf(t, p, "Port"), declOf(t, p, "Name"), declOf(t, p, "Box")},
		{robot[0].Type.Decl, robot[1].Type.Decl, robot[2].Type.Decl},
	} {
		port, name, box := decls[0].Methods, decls[1].Methods, decls[2].Methods
		assert.True(t, port["UnmarshalJSON"].Pointer)
		assert.Contains(t, port, "Size")
		require.Len(t, port["DeepCopy"].Results, 1)
		assert.Equal(t, model.Pointer, port["DeepCopy"].Results[0].Kind)
		require.Len(t, name["DeepCopy"].Results, 1)
		assert.Equal(t, decls[1], name["DeepCopy"].Results[0].Decl)
		assert.False(t, name["DeepCopy"].Pointer)
		assert.Contains(t, box, "Reset")
	}
}

func TestLengthsOfArrays(t *testing.T) {
	files := `
-- go.mod --
module m.example
-- v1/types.go --
package v1

import (
	"crypto/sha256"
	"math"

	. "m.example/dotted"
	"m.example/sizes"
)

const (
	A = iota + 1
	B
	_
	D, E = iota, 1 << iota
)

const name = "name"

type All struct {
	Number   [3]int
	Hex      [0x10]int
	Own      [B]int
	Iota     [D]int
	Shift    [E]int
	Sum      [A + B*2 - (1)]int
	Rest     [7 / 2 % 2]int
	Text     [len(name + "s")]int
	Typed    [sizes.Key]int
	Far      [sizes.Sum]int
	Dotted   [Dot]int
	Standard [sha256.Size]int
	Max      [math.MaxUint8]int
	Nested   map[string][B][A]int
}
-- dotted/d.go --
package dotted

const Dot = 9
-- sizes/s.go --
package sizes

import "m.example/further"

type Size uint8

const (
	Key = int(KeySize)
	KeySize Size = 4
	Sum = further.Base + 1
)
-- further/f.go --
package further

const Base = 40
`
	p := pkgOf(t, loadAll(t, Config{Dir: plant(t, files), Patterns: []string{"./v1"}}), "m.example/v1")
	assert.Equal(t, map[string]string{
		"Number": "[3]int", "Hex": "[0x10]int", "Own": "[2]int", "Iota": "[3]int", "Shift": "[8]int", "Sum": "[4]int", "Rest": "[1]int",
		"Text": "[5]int", "Typed": "[4]int", "Far": "[41]int", "Dotted": "[9]int", "Standard": "[32]int", "Max": "[255]int",
		"Nested": "map[string][2][1]int",
	}, showFields(declOf(t, p, "All")))

	for _, length := range []string{"Missing", "sizes.Missing", "Loop", "unsafe.Sizeof(uintptr(0))", "32 << (^uint(0) >> 63)", "1 / Zero"} {
		dir := plant(t, strings.Replace(files, "[3]int", "["+length+"]int", 1)+"-- v1/more.go --\npackage v1\n\nimport \"unsafe\"\n\nconst (\n\tLoop = Back\n\tBack = Loop + Loop\n\tZero = 0\n)\n")
		_, err := Load(t.Context(), Config{Dir: dir, Patterns: []string{"./v1"}})
		assert.ErrorContains(t, err, filepath.Join("v1", "types.go")+":21:11: the length "+length+" of an array is not a constant with the same value on every platform", length)
	}
}

// TestInterfaces checks which methods interfaces declare and embed.
func TestInterfaces(t *testing.T) {
	p := pkgOf(t, loadAll(t, Config{Dir: plant(t, `
-- go.mod --
module m.example
-- v1/types.go --
package v1

import "fmt"

type (
	Shape interface {
		fmt.Stringer
		DeepCopyShape() Shape
		Area(unit string) (area float64, ok bool)
	}
	Number interface { ~int | ~int64 }
)
`)}), "m.example/v1")
	shape := declOf(t, p, "Shape").Type
	require.Len(t, shape.Embeds, 1)
	assert.Contains(t, shape.Embeds[0].Decl.Type.Methods, "String")
	assert.Equal(t, declOf(t, p, "Shape"), shape.Methods["DeepCopyShape"].Results[0].Decl)
	assert.Len(t, shape.Methods["Area"].Results, 2)
	assert.Empty(t, declOf(t, p, "Number").Type.Embeds)
}

// TestScanMethods compares the scan of methods with the parser, except for files that the scan leaves to the parser.
func TestScanMethods(t *testing.T) {
	for name, source := range map[string]string{
		"methods":          "package p\n\nfunc (x *T) A(a int) {\n}\nfunc F() {}\nfunc (T) B() int { return 1 }\nfunc (x G[A, B]) C() {}\nfunc (x *G[A]) D(\n\ta int,\n) {\n}",
		"none":             "package p\n\nvar X = 1\n",
		"types":            "package p\n\ntype T int\nfunc (x *T) A() {}\n",
		"another layout":   "package p\n\nfunc (x*T)A() {}\n",
		"two at the end":   "package p\nfunc (x *T) A() {}\nfunc (x *T) B() {}",
		"a receiver aside": "package p\n\nfunc ((x) *T) A() {}\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := scanMethods([]byte(source))
			syntax, err := parser.ParseFile(token.NewFileSet(), "p.go", source, 0)
			if !ok {
				assert.NotContains(t, []string{"methods", "none", "two at the end"}, name)
				return
			}
			require.NoError(t, err)
			var want, names []string
			for _, d := range syntax.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
					of, pointer := receiver(fn.Recv.List[0].Type)
					want = append(want, fmt.Sprint(of, pointer, fn.Name.Name))
				}
			}
			for _, m := range got {
				names = append(names, fmt.Sprint(m.receiver, m.pointer, m.name))
			}
			assert.Equal(t, want, names)
		})
	}
}

func TestExternalPackagesAreInputsLikeAnyOther(t *testing.T) {
	res := loadAll(t, Config{Dir: "../..", Patterns: []string{"k8s.io/api/apps/v1", "k8s.io/api/core/v1"}})
	require.Len(t, res.Packages, 2)
	apps := pkgOf(t, res, "k8s.io/api/apps/v1")
	assert.False(t, apps.Writable)
	assert.Equal(t, []string{""}, pkgOf(t, res, "k8s.io/api/core/v1").Markers.All("groupName"))
	spec, _ := declOf(t, apps, "Deployment").Field("Spec")
	template, _ := spec.Type.Decl.Field("Template")
	assert.Same(t, declOf(t, pkgOf(t, res, "k8s.io/api/core/v1"), "PodTemplateSpec"), template.Type.Decl)
	assert.Contains(t, declOf(t, apps, "Deployment").Methods, "DeepCopyObject")
}

func TestVendoredPackages(t *testing.T) {
	dir := plant(t, `
-- go.mod --
module m.example

go 1.26

require dep.example v1.0.0
-- v1/x.go --
package v1

import "dep.example/types"

type A struct{ T types.T }
-- vendor/modules.txt --
# dep.example v1.0.0
## explicit; go 1.26
dep.example/types
-- vendor/dep.example/types/t.go --
package types

type T struct{ X int }
`)
	res := loadAll(t, Config{Dir: dir, Patterns: []string{"./v1", "dep.example/types"}})
	assert.True(t, pkgOf(t, res, "m.example/v1").Writable)
	dep := pkgOf(t, res, "dep.example/types")
	assert.False(t, dep.Writable)
	field, _ := declOf(t, pkgOf(t, res, "m.example/v1"), "A").Field("T")
	assert.Len(t, field.Type.Decl.Fields(), 1)
}

func TestWorkspaces(t *testing.T) {
	dir := plant(t, `
-- go.work --
go 1.26

use (
	./a
	./b
)
-- a/go.mod --
module a.example

go 1.26
-- a/v1/x.go --
package v1

import "b.example/types"

type A struct{ T types.T }
-- b/go.mod --
module b.example

go 1.26
-- b/types/t.go --
package types

type T struct{ X int }
`)
	res := loadAll(t, Config{Dir: filepath.Join(dir, "a"), Patterns: []string{"./...", "b.example/..."}})
	assert.True(t, pkgOf(t, res, "a.example/v1").Writable)
	assert.True(t, pkgOf(t, res, "b.example/types").Writable, "all modules of a workspace belong to it")
}

func TestReplacedFoldersAreNotOfTheWorkspace(t *testing.T) {
	dir := plant(t, `
-- a/go.mod --
module a.example

go 1.26

require b.example v0.0.0

replace b.example => ../b
-- a/v1/x.go --
package v1

import "b.example/types"

type A struct{ T types.T }
-- b/go.mod --
module b.example

go 1.26
-- b/types/t.go --
package types

type T struct{ X int }
`)
	res := loadAll(t, Config{Dir: filepath.Join(dir, "a"), Patterns: []string{"./...", "b.example/types"}})
	assert.False(t, pkgOf(t, res, "b.example/types").Writable)
}

func TestAllProblemsTogetherInSourceOrder(t *testing.T) {
	dir := plant(t, `
-- go.mod --
module m.example
-- b/b.go --
package b

type B struct { Nothing Missing }
-- a/a.go --
package a

type A struct { X Missing; Y also.Missing }
`)
	_, err := Load(t.Context(), Config{Dir: dir, Patterns: []string{"./..."}})
	var input *model.InputError
	require.ErrorAs(t, err, &input)
	assert.EqualError(t, err, strings.Join([]string{
		filepath.Join("a", "a.go") + ":3:19: undefined: Missing",
		filepath.Join("a", "a.go") + ":3:30: undefined: also.Missing",
		filepath.Join("b", "b.go") + ":3:25: undefined: Missing",
	}, "\n"))
}

func TestOutline(t *testing.T) {
	const source = `package p

import "fmt"

var big = []byte{
	1, 2,
}

var typed map[string]string = map[string]string{
	"a": "b",
}

var (
	X = 1
)

type T struct {
	A int
}

func (t *T) Long(a struct{}) (b interface{}) {
	if true {
		fmt.Println("func x {")
	}
	return nil
}

func (t *T) Short() { fmt.Println() }
`
	got := string(outline([]byte(source)))
	assert.Equal(t, `package p

import "fmt"

var big any



var typed map[string]string



var (
	X = 1
)

type T struct {
	A int
}

func (t *T) Long(a struct{}) (b interface{}) 






func (t *T) Short() { fmt.Println() }
`, got)
}

// Source that is not formatted by gofmt is read, too.
func TestOutlineFallsBack(t *testing.T) {
	dir := plant(t, "-- go.mod --\nmodule m.example\n-- v1/x.go --\npackage v1\n\nimport \"m.example/odd\"\n\ntype A struct { O odd.O }\n"+
		"-- odd/odd.go --\npackage odd\n\nfunc F() {\nconst s = `\n}\n`\n}\ntype O struct { X int }\nfunc (o O) M() {\n  }\n")
	p := pkgOf(t, loadAll(t, Config{Dir: dir, Patterns: []string{"./v1"}}), "m.example/v1")
	o := declOf(t, p, "A").Fields()[0].Type.Decl
	assert.Len(t, o.Fields(), 1)
	assert.Contains(t, o.Methods, "M")
	const odd = "package p\n\nfunc F() {\n  }\n\ntype T int\n"
	assert.Equal(t, odd, string(outline([]byte(odd))), "a function whose end cannot be seen swallows what follows")
}

func TestGuessName(t *testing.T) {
	for path, want := range map[string]string{
		"k8s.io/apimachinery/pkg/apis/meta/v1": "v1",
		"k8s.io/api/autoscaling/v2":            "v2",
		"example.org/lib/v2":                   "lib",
		"gopkg.in/inf.v0":                      "inf",
		"github.com/x/go-units":                "units",
		"time":                                 "time",
		"sigs.k8s.io/gateway-api/apis/v1beta1": "v1beta1",
	} {
		assert.Equal(t, want, GuessName(path), path)
	}
}

func FuzzMarker(f *testing.F) {
	for _, seed := range []string{"+genclient", " +genclient:method=Scale,verb=get", "+a=", "+", "++x", "+é", "\t+a=b=c \r\n", "text +a", "+k8s:ifEnabled(X)=+k8s:y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		m, column, ok := parseMarker(line)
		if !ok {
			if strings.HasPrefix(line, "+genclient") {
				t.Errorf("%q is a marker", line)
			}
			return
		}
		written := "+" + m.Name
		if m.HasValue {
			written += "=" + m.Value
		}
		if !strings.HasPrefix(line[column:], "+"+m.Name) || strings.TrimRight(line[column:], " \t\r\n") != written {
			t.Errorf("%q was read as %q at column %d", line, written, column)
		}
		if strings.Contains(m.Name, "=") || !isLetter(m.Name[0]) {
			t.Errorf("%q has the name %q", line, m.Name)
		}
		if again, _, ok := parseMarker(written); !ok || again != m {
			t.Errorf("%q is read as %+v, and written and read again as %+v", line, m, again)
		}
	})
}
