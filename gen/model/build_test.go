package model

import (
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// marks returns markers as the loader would read them, one for each line.
func marks(lines ...string) Markers {
	var ms Markers
	for i, line := range lines {
		m := Marker{Pos: token.Position{Filename: "x.go", Line: i + 1, Column: 4}}
		m.Name, m.Value, m.HasValue = strings.Cut(strings.TrimPrefix(line, "+"), "=")
		ms = append(ms, m)
	}
	return ms
}

// object declares a type with what every kind has, and its list type.
func object(p *Package, name string, lines ...string) {
	field := func(name string) Field {
		json := JSONTag{Name: "metadata"}
		if name == "TypeMeta" {
			json = JSONTag{Name: name, Inline: true}
		}
		return Field{Name: name, Embedded: true, Tag: "json", JSON: json, Type: &Type{Kind: Named, Decl: &Decl{Name: name, Package: &Package{Path: "meta"}, Type: &Type{Kind: Struct}}}}
	}
	d := &Decl{Package: p, Name: name, Markers: marks(lines...), Pos: token.Position{Filename: p.Path + "/x.go", Line: len(p.Decls) + 1}}
	d.Type = &Type{Kind: Struct, Fields: []Field{field("TypeMeta"), field("ObjectMeta"), {Name: "Status", JSON: JSONTag{Name: "status"}, Type: &Type{Kind: Struct}}}}
	list := &Decl{Package: p, Name: name + "List", Type: &Type{Kind: Struct, Fields: []Field{field("TypeMeta"), field("ListMeta"), {
		Name: "Items", JSON: JSONTag{Name: "items"}, Type: &Type{Kind: Slice, Elem: &Type{Kind: Named, Name: name, Decl: d}},
	}}}}
	p.Decls = append(p.Decls, d, list)
}

func pkg(path string, lines ...string) *Package {
	parts := strings.Split(path, "/")
	return &Package{Path: path, Name: parts[len(parts)-1], Writable: true, Markers: marks(lines...)}
}

func build(t *testing.T, opts BuildOptions, pkgs ...*Package) *API {
	t.Helper()
	api, err := Build(pkgs, opts)
	require.NoError(t, err)
	return api
}

// shape returns an API as lines: "name GoName package: version(Kind…) …".
func shape(api *API) []string {
	var lines []string
	for _, g := range api.Groups {
		line := strconv.Quote(g.Name) + " " + g.GoName + " " + g.Package + ":"
		for _, v := range g.Versions {
			line += " " + v.Name + "("
			for i, k := range v.Kinds {
				if i > 0 {
					line += " "
				}
				line += k.GoName + "/" + k.Resource
			}
			line += ")"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestGroupsAndVersions(t *testing.T) {
	kind := func(p *Package) *Package {
		object(p, "Robot", "+genclient")
		return p
	}
	tests := map[string]struct {
		pkgs []*Package
		want []string
	}{
		"the folder names the group": {
			[]*Package{kind(pkg("m/apis/fleet/v1"))},
			[]string{`"fleet" Fleet fleet: v1(Robot/robots)`},
		},
		"+groupName names it, the folder stays": {
			[]*Package{kind(pkg("m/apis/v1", "+groupName=gateway.networking.k8s.io"))},
			[]string{`"gateway.networking.k8s.io" Gateway apis: v1(Robot/robots)`},
		},
		"+groupGoName serves all versions": {
			[]*Package{kind(pkg("m/apisx/v1", "+groupName=x.io", "+groupGoName=experimental")), kind(pkg("m/apisx/v2", "+groupName=x.io"))},
			[]string{`"x.io" Experimental apisx: v2(Robot/robots) v1(Robot/robots)`},
		},
		"the core group has no name": {
			[]*Package{kind(pkg("m/core/v1", "+groupName="))},
			[]string{`"" Core core: v1(Robot/robots)`},
		},
		"versions by priority": {
			[]*Package{kind(pkg("m/f/v1alpha1")), kind(pkg("m/f/v1")), kind(pkg("m/f/v2beta1")), kind(pkg("m/f/v2")), kind(pkg("m/f/v1beta2"))},
			[]string{`"f" F f: v2(Robot/robots) v1(Robot/robots) v2beta1(Robot/robots) v1beta2(Robot/robots) v1alpha1(Robot/robots)`},
		},
		"hyphens and dots": {
			[]*Package{kind(pkg("m/my-group/v1", "+groupName=my-group.example.com"))},
			[]string{`"my-group.example.com" MyGroup mygroup: v1(Robot/robots)`},
		},
		"folders of the same name are kept apart": {
			[]*Package{kind(pkg("m/a/api/v1", "+groupName=a.io")), kind(pkg("m/b/api/v1", "+groupName=b.io"))},
			[]string{`"a.io" A a: v1(Robot/robots)`, `"b.io" B b: v1(Robot/robots)`},
		},
		"versions of one group in different folders": {
			[]*Package{kind(pkg("m/old/v1", "+groupName=fleet.io")), kind(pkg("m/new/v2", "+groupName=fleet.io"))},
			[]string{`"fleet.io" Fleet fleet: v2(Robot/robots) v1(Robot/robots)`},
		},
		"a group whose folder is no name in Go": {
			[]*Package{kind(pkg("m/type/v1")), kind(pkg("m/_/v1", "+groupName=go.io"))},
			[]string{`"go.io" Go gogroup: v1(Robot/robots)`, `"type" Type typegroup: v1(Robot/robots)`},
		},
		"a version that is no Kubernetes version, with +groupName": {
			[]*Package{kind(pkg("m/fleet/stable", "+groupName=fleet.io"))},
			[]string{`"fleet.io" Fleet fleet: stable(Robot/robots)`},
		},
		"no clients on request": {
			[]*Package{kind(pkg("m/a/v1")), kind(pkg("m/b/v1", "+k8s:client-gen=false"))},
			[]string{`"a" A a: v1(Robot/robots)`},
		},
		"a package without kinds is no version": {
			[]*Package{kind(pkg("m/a/v1")), pkg("m/b/v1", "+groupName=b")},
			[]string{`"a" A a: v1(Robot/robots)`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, shape(build(t, BuildOptions{}, test.pkgs...)))
		})
	}
}

func TestAVersionIsAPackage(t *testing.T) {
	p := pkg("m/fleet/type", "+groupName=fleet.io")
	object(p, "Robot", "+genclient")
	_, err := Build([]*Package{p}, BuildOptions{})
	assert.EqualError(t, err, `x.go:1:4: "type" is the version of package m/fleet/type, and cannot be the name of a Go package: name the package's folder after the version, such as v1beta1`)
}

func TestAPackageNamedAfterTheVersion(t *testing.T) {
	p := pkg("m/api", "+groupName=batch.io")
	p.Name = "v1"
	object(p, "Job", "+genclient")
	assert.Equal(t, []string{`"batch.io" Batch api: v1(Job/jobs)`}, shape(build(t, BuildOptions{}, p)))
}

func TestAPackageWithoutKindsKnowsItsVersion(t *testing.T) {
	p := pkg("m/b/v1", "+groupName=b.io")
	build(t, BuildOptions{}, p)
	assert.Equal(t, "b.io/v1", p.Version.GroupVersion())
	assert.Equal(t, "B", p.Version.Group.GoName)
}

func TestNamesOfKinds(t *testing.T) {
	p := pkg("m/a/v1")
	object(p, "Policy", "+genclient")
	object(p, "Endpoints", "+genclient")
	object(p, "Fish", "+genclient")
	object(p, "Archive", "+genclient", "+resourceName=telemetryarchives")
	object(p, "Shelf", "+genclient", `+kubebuilder:resource:shortName=sh,path=boards,scope=Cluster`)
	object(p, "Both", "+genclient", "+resourceName=pair", `+kubebuilder:resource:path="pair"`)
	api := build(t, BuildOptions{Plurals: map[string]string{"Fish": "Fish"}}, p)
	got := map[string]string{}
	for _, k := range api.Groups[0].Versions[0].Kinds {
		got[k.GoName] = k.Plural + " " + k.Resource
	}
	assert.Equal(t, map[string]string{
		"Policy": "Policies policies", "Endpoints": "Endpoints endpoints", "Fish": "Fish fish",
		"Archive": "Archives telemetryarchives", "Shelf": "Shelves boards", "Both": "Boths pair",
	}, got)
}

func TestVerbsOfKinds(t *testing.T) {
	all := "create update updateStatus delete deleteCollection get list watch patch apply applyStatus"
	for markers, want := range map[string]string{
		"":                                  all,
		"+genclient:noStatus":               "create update delete deleteCollection get list watch patch apply",
		"+genclient:readonly":               "get list watch",
		"+genclient:onlyVerbs=watch,create": "create watch",
		"+genclient:onlyVerbs=get, list":    "get list",
		"+genclient:skipVerbs=patch,apply":  "create update updateStatus delete deleteCollection get list watch applyStatus",
		"+genclient:noVerbs":                "",
		"+genclient:nonNamespaced=true":     all,
		"+genclient:noStatus +genclient:onlyVerbs=updateStatus,get": "get",
		"+genclient:readonly +genclient:onlyVerbs=create":           "create get list watch",
	} {
		p := pkg("m/a/v1")
		object(p, "Robot", append([]string{"+genclient"}, strings.Split(markers, " +")...)...)
		for i := range p.Decls[0].Markers {
			p.Decls[0].Markers[i].Name = strings.TrimPrefix(p.Decls[0].Markers[i].Name, "+")
		}
		k := build(t, BuildOptions{}, p).Groups[0].Versions[0].Kinds[0]
		words := make([]string, len(k.Verbs))
		for i, v := range k.Verbs {
			words[i] = string(v)
		}
		assert.Equal(t, want, strings.Join(words, " "), markers)
	}
}

func TestKindsWithoutList(t *testing.T) {
	p := pkg("m/a/v1")
	p.Writable = false
	object(p, "Review", "+genclient")
	p.Decls = p.Decls[:1]
	k := build(t, BuildOptions{}, p).Groups[0].Versions[0].Kinds[0]
	assert.Nil(t, k.List)
	assert.False(t, k.Has(List) || k.Has(Watch) || k.Has(DeleteCollection))
	assert.True(t, k.Has(Create))
}

func TestScopes(t *testing.T) {
	for marker, namespaced := range map[string]bool{
		"+genclient": true, "+genclient:nonNamespaced": false,
		"+kubebuilder:resource:scope=Cluster": false, "+kubebuilder:resource:scope=Namespaced": true,
		"+kubebuilder:resource:path=robots,scope=Cluster": false,
	} {
		p := pkg("m/a/v1")
		object(p, "Robot", "+genclient", marker)
		assert.Equal(t, namespaced, build(t, BuildOptions{}, p).Groups[0].Versions[0].Kinds[0].Namespaced, marker)
	}
}

func TestMethods(t *testing.T) {
	p := pkg("m/a/v1")
	scale := &Decl{Name: "Scale", Package: &Package{Path: "k8s.io/api/autoscaling/v1"}}
	object(p, "Arm")
	object(p, "Robot", "+genclient",
		"+genclient:method=GetScale,verb=get,subresource=scale,result=k8s.io/api/autoscaling/v1.Scale",
		"+genclient:method=Swing, verb=update, subresource=swing/left, input=Arm")
	k := build(t, BuildOptions{Referenced: map[string]*Decl{"k8s.io/api/autoscaling/v1.Scale": scale}}, p).Groups[0].Versions[0].Kinds[0]
	require.Len(t, k.Methods, 2)
	assert.Equal(t, "GetScale", k.Methods[0].Name)
	assert.Equal(t, Get, k.Methods[0].Verb)
	assert.Equal(t, "scale", k.Methods[0].Subresource)
	assert.Same(t, scale, k.Methods[0].Result.Decl)
	assert.Nil(t, k.Methods[0].Input)
	assert.Equal(t, Update, k.Methods[1].Verb)
	assert.Equal(t, "swing/left", k.Methods[1].Subresource)
	assert.Same(t, p.Decls[0], k.Methods[1].Input.Decl)
}

func TestIncludedTypesOverrideMarkers(t *testing.T) {
	p, q := pkg("m/a/v1"), pkg("m/b/v1")
	object(p, "Robot", "+genclient")
	object(p, "Arm")
	object(q, "Site", "+genclient")
	api := build(t, BuildOptions{Types: map[string][]string{"a/v1": {"Arm"}}}, p, q)
	assert.Equal(t, []string{`"a" A a: v1(Arm/arms)`, `"b" B b: v1(Site/sites)`}, shape(api))

	_, err := Build([]*Package{p}, BuildOptions{Types: map[string][]string{"a/v1": {"Leg"}}})
	assert.ErrorContains(t, err, "package m/a/v1 has no type Leg: check --included-types-overrides")
}

// Whoever runs the generators on another module's packages cannot mend their markers.
func TestPackagesOfOtherModulesMayBeSloppy(t *testing.T) {
	p := pkg("m/a/v1", "+k8s:deepcopygen=package")
	p.Writable = false
	object(p, "Robot", "+genclient", "+genclient:nosuch")
	assert.Equal(t, []string{`"a" A a: v1(Robot/robots)`}, shape(build(t, BuildOptions{}, p)))
}

func TestOrderOfInputDoesNotMatter(t *testing.T) {
	built := func(order ...int) []string {
		pkgs := []*Package{pkg("m/b/v1"), pkg("m/a/v1"), pkg("m/a/v2", "+groupGoName=Alpha")}
		for _, p := range pkgs {
			object(p, "Zebra", "+genclient")
			object(p, "Ape", "+genclient")
		}
		shuffled := []*Package{}
		for _, i := range order {
			shuffled = append(shuffled, pkgs[i])
		}
		return shape(build(t, BuildOptions{}, shuffled...))
	}
	want := []string{`"a" Alpha a: v2(Ape/apes Zebra/zebras) v1(Ape/apes Zebra/zebras)`, `"b" B b: v1(Ape/apes Zebra/zebras)`}
	assert.Equal(t, want, built(0, 1, 2))
	assert.Equal(t, want, built(2, 1, 0))
}

func TestProblemsAreSortedAndKeptApart(t *testing.T) {
	var ps Problems
	require.NoError(t, ps.Err())
	ps.Add(token.Position{Filename: "b.go", Line: 2, Column: 1}, "do", "second")
	ps.Add(token.Position{Filename: "a.go", Line: 10, Column: 1}, "", "first %d", 1)
	ps.Add(token.Position{Filename: "b.go", Line: 2, Column: 1}, "do", "second")
	ps.Add(token.Position{}, "", "nowhere")
	assert.EqualError(t, ps.Err(), "nowhere\na.go:10:1: first 1\nb.go:2:1: second: do")
}

func TestUnderlying(t *testing.T) {
	str := &Type{Kind: Basic, Name: "string"}
	named := &Decl{Name: "N", Type: str}
	alias := &Decl{Name: "A", Alias: true, Type: &Type{Kind: Named, Decl: named}}
	use := &Type{Kind: Named, Decl: alias}
	assert.Same(t, str, use.Underlying())
	assert.Same(t, named, alias.Resolve())
	unread := &Type{Kind: Named, Decl: &Decl{Name: "U"}}
	assert.Same(t, unread, unread.Underlying())
	loop := &Decl{Name: "L"}
	loop.Type = &Type{Kind: Named, Decl: loop}
	assert.NotNil(t, loop.Type.Underlying())
}
