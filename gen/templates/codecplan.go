package templates

import (
	"cmp"
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// codecPlan knows which types of an API have decoders, and where. Once made it is only read.
type codecPlan struct {
	api *model.API
	// structs are the structs that decoders are emitted for, or that have one elsewhere, with their fields.
	structs map[*model.Decl][]model.JSONField
	seen    map[*model.Decl]bool
	// roots are the types of each group-version that stand in its table, in the order of its kinds.
	roots map[*model.Package][]*model.Decl
	// decls are the structs of each package for which one is emitted, in the order of their names.
	decls map[*model.Package][]*model.Decl
}

func newCodecPlan(api *model.API) *codecPlan {
	p := &codecPlan{
		api: api, structs: map[*model.Decl][]model.JSONField{}, seen: map[*model.Decl]bool{},
		roots: map[*model.Package][]*model.Decl{}, decls: map[*model.Package][]*model.Decl{},
	}
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			p.roots[v.Package] = rootsOf(v)
		}
	}
	for _, pkg := range api.Packages {
		roots := p.roots[pkg]
		if api.Options.ExternalCodecs[pkg.Path] != "" {
			roots = pkg.Decls // others call what they need of it
		}
		for _, d := range roots {
			p.reach(d)
		}
	}
	for d := range p.structs {
		if p.emits(d.Package) {
			p.decls[d.Package] = append(p.decls[d.Package], d)
		}
	}
	for _, decls := range p.decls {
		slices.SortFunc(decls, func(a, b *model.Decl) int { return cmp.Compare(a.Name, b.Name) })
	}
	return p
}

// rootsOf are the types that a version's clients send and receive: kinds, their lists, and what extra methods exchange. Types
// of other packages are not among them: whoever decodes a part of this version would link those packages.
func rootsOf(v *model.Version) []*model.Decl {
	var roots []*model.Decl
	add := func(d *model.Decl) {
		if d = d.Resolve(); !slices.Contains(roots, d) {
			roots = append(roots, d)
		}
	}
	for _, k := range v.Kinds {
		add(k.Decl)
		if k.List != nil {
			add(k.List)
		}
	}
	for _, k := range v.Kinds {
		for _, m := range k.Methods {
			for _, t := range []*model.Type{m.Input, m.Result} {
				if t != nil && t.Decl.Resolve().Package == v.Package {
					add(t.Decl)
				}
			}
		}
	}
	return roots
}

func (p *codecPlan) reach(d *model.Decl) {
	d = d.Resolve()
	if p.seen[d] || d.Type == nil || isLeaf(d) || d.ReadsItself() || len(d.TypeParams) > 0 {
		return
	}
	p.seen[d] = true
	if d.Type.Underlying().Kind != model.Struct {
		p.reachType(d.Type)
		return
	}
	fields, ok := model.JSONFields(d, d.Type.Underlying())
	if !ok || !p.canName(d) {
		return
	}
	p.structs[d] = fields
	if p.emits(d.Package) {
		for _, f := range fields {
			p.reachType(f.Field().Type)
		}
	}
}

func (p *codecPlan) reachType(t *model.Type) {
	switch {
	case t == nil:
	case t.Kind == model.Named:
		p.reach(t.Decl)
	case t.Kind == model.Struct:
		fields, _ := model.JSONFields(nil, t)
		for _, f := range fields {
			p.reachType(f.Field().Type)
		}
	default:
		p.reachType(t.Elem)
	}
}

// packageOf is the import path of the decoders of a package's types.
func (p *codecPlan) packageOf(pkg *model.Package) string {
	if at := p.api.Options.ExternalCodecs[pkg.Path]; at != "" {
		return at
	}
	switch {
	case pkg.Path == pkgMeta:
		return pkgCodecMeta
	case p.roots[pkg] != nil:
		return p.api.Layout.CodecPackage(pkg.Version)
	}
	// An element "internal" further down would keep decoders from each other.
	below := strings.ReplaceAll("/"+pkg.Path+"/", "/internal/", "/internals/")
	return path.Join(p.api.Layout.Codec, "internal", below)
}

// emits tells whether the decoders of a package are emitted here.
func (p *codecPlan) emits(pkg *model.Package) bool {
	return strings.HasPrefix(p.packageOf(pkg), p.api.Layout.Codec+"/")
}

// packages are those with decoders to be emitted, in the order of their paths.
func (p *codecPlan) packages() []*model.Package {
	var pkgs []*model.Package
	for pkg := range p.decls {
		pkgs = append(pkgs, pkg)
	}
	for pkg := range p.roots {
		if p.decls[pkg] == nil {
			pkgs = append(pkgs, pkg)
		}
	}
	slices.SortFunc(pkgs, func(a, b *model.Package) int { return cmp.Compare(a.Path, b.Path) })
	return pkgs
}

// canName tells whether decoders can name a type of another package.
func (p *codecPlan) canName(d *model.Decl) bool {
	if !token.IsExported(d.Name) {
		return false
	}
	parent, _, internal := strings.Cut("/"+d.Package.Path+"/", "/internal/")
	return !internal || strings.HasPrefix("/"+p.api.Layout.Codec+"/", parent+"/")
}
