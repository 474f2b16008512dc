package model

import (
	"cmp"
	"maps"
	"slices"
)

// BuildOptions are the user's choices that shape the model.
type BuildOptions struct {
	// Plurals maps Go names of kinds to plurals that do not follow the rules of English spelling (--plural-exceptions).
	// Endpoints is its own plural in any case.
	Plurals map[string]string
	// Types lists, by "group/version", the types that get a client there regardless of their markers
	// (--included-types-overrides).
	Types map[string][]string
	// Referenced are declarations of other packages that markers name, by "import/path.Name".
	Referenced map[string]*Decl
	// Layout and Options become part of the API.
	Layout  Layout
	Options Options
	// Expansions returns the names of handwritten *_expansion.go files in a folder below the output folder; nil means that
	// there are none.
	Expansions func(folder string) ([]string, error)
}

// Build makes an API of input packages: it reads their markers and decides on groups, versions, kinds and their names. The
// packages become part of the API, which nothing changes afterwards. All problems of the input are returned together, as an
// [*InputError].
func Build(pkgs []*Package, opts BuildOptions) (*API, error) {
	b := &builder{
		opts: opts, rules: markerRules(), groups: map[string]*Group{},
		api: &API{Packages: pkgs, Layout: opts.Layout, Options: opts.Options},
	}
	b.opts.Plurals = map[string]string{"Endpoints": "Endpoints"}
	maps.Copy(b.opts.Plurals, opts.Plurals)
	for _, p := range pkgs {
		b.checkMarkers(p)
		b.checkFields(p)
		b.addPackage(p)
	}
	for _, p := range pkgs {
		b.addViews(p)
	}
	b.nameGroups()
	if err := b.problems.Err(); err != nil {
		return nil, err
	}
	if opts.Expansions != nil {
		for _, v := range b.api.AllVersions() {
			if err := b.findExpansions(v); err != nil {
				return nil, err
			}
		}
	}
	return b.api, nil
}

// findExpansions notes the kinds with a handwritten file <kind>_expansion.go beside the emitted files. As with Kubernetes'
// generators, only the name of the file counts.
func (b *builder) findExpansions(v *Version) error {
	inClients, err := b.opts.Expansions(b.opts.Layout.TypedClientDir(v))
	if err != nil {
		return err
	}
	inListers, err := b.opts.Expansions(b.opts.Layout.ListerDir(v))
	if err != nil {
		return err
	}
	for _, k := range slices.Concat(v.Kinds, v.Views) {
		lister := slices.Contains(inListers, k.ExpansionFile())
		k.Expansions = Expansions{Client: slices.Contains(inClients, k.ExpansionFile()), Lister: lister, NamespaceLister: lister}
	}
	return nil
}

// builder holds what Build has found so far.
type builder struct {
	opts     BuildOptions
	api      *API
	rules    []markerRule
	groups   map[string]*Group
	problems Problems
}

// addPackage finds the group-version of a package, if it is one, and collects its kinds.
func (b *builder) addPackage(p *Package) {
	roots := b.roots(p)
	if len(roots) == 0 && !p.Markers.Has("groupName") {
		return
	}
	v, ok := b.version(p)
	if !ok {
		return
	}
	p.Version = v
	if isInternal(v) {
		return
	}
	if client, _ := p.Markers.Get("k8s:client-gen"); unquote(client.Value) != "false" {
		for _, d := range roots {
			if k := b.kind(v, d); k != nil {
				v.Kinds = append(v.Kinds, k)
			}
		}
	}
	b.addObjects(v)
	slices.SortFunc(v.Kinds, func(a, b *Kind) int { return cmp.Compare(a.GoName, b.GoName) })
	b.checkResources(v)
}

// roots are the declarations that get a client.
func (b *builder) roots(p *Package) []*Decl {
	var roots []*Decl
	for _, d := range p.Decls {
		if m, ok := d.Markers.Get("genclient"); ok && noValue(m) == "" {
			roots = append(roots, d)
		}
	}
	if len(b.opts.Types) == 0 {
		return roots
	}
	group, version, _ := groupVersionOf(p)
	only, ok := b.opts.Types[group+"/"+version]
	if !ok {
		return roots
	}
	roots = nil
	for _, name := range only {
		i := slices.IndexFunc(p.Decls, func(d *Decl) bool { return d.Name == name })
		if i < 0 {
			b.problems.Add(p.Place(), "check --included-types-overrides", "package %s has no type %s", p.Path, name)
			continue
		}
		roots = append(roots, p.Decls[i])
	}
	return roots
}

// checkResources finds two kinds of a version that share a resource or a plural.
func (b *builder) checkResources(v *Version) {
	byResource, byPlural := map[string]*Kind{}, map[string]*Kind{}
	inSource := slices.SortedStableFunc(slices.Values(v.Kinds), func(a, b *Kind) int {
		return cmp.Or(cmp.Compare(a.Decl.Pos.Filename, b.Decl.Pos.Filename), cmp.Compare(a.Decl.Pos.Offset, b.Decl.Pos.Offset))
	})
	for _, k := range inSource {
		if other := byResource[k.Resource]; other != nil {
			b.problems.Add(k.Decl.Pos, "give one of them +resourceName", "kinds %s and %s are both the resource %q", other.GoName, k.GoName, k.Resource)
		} else if other := byPlural[k.Plural]; other != nil {
			b.problems.Add(k.Decl.Pos, "use --plural-exceptions for one of them", "kinds %s and %s have the same plural %s", other.GoName, k.GoName, k.Plural)
		}
		byResource[k.Resource], byPlural[k.Plural] = k, k
	}
}
