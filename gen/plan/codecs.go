package plan

import (
	"cmp"
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// Codec is the content of codec.go: functions that decode the types of a package from JSON, and those that encode them.
type Codec struct {
	Package *model.Package
	Doc     CodecDoc
	// HasTable means that the package is a group-version, Table lists the decoders of what its clients receive. HasEncoders means
	// that it lists the encoders of what they send, too.
	HasTable, HasEncoders bool
	Table, EncoderTable   []Name
	// Views are the decoders of views.
	Views    []Name
	Decoders []Decoder
	Encoders []Encoder
}

// CodecDoc says which package comment a file of decoders has.
type CodecDoc int

// The package comments. Decoders in a package that another run documents have none.
const (
	NoCodecDoc CodecDoc = iota
	VersionCodecDoc
	PackageCodecDoc
)

// codecs is the row of the table of artifacts for decoders and encoders.
func codecs(p *planner) []task {
	plan := newCodecPlan(p.api)
	layout := p.api.Layout
	var tasks []task
	for _, pkg := range plan.packages() {
		at := plan.packageOf(pkg)
		file := File{Path: path.Join(layout.CodecDir, at[len(layout.Codec):], "codec.go"), Name: pkg.Name, Module: layout.Root}
		file.Package = path.Join(layout.Root, path.Dir(file.Path))
		if plan.roots[pkg] != nil || plan.isPlaced(pkg) {
			file.Name = path.Base(at)
		}
		tasks = append(tasks, task{file, func() Content { return plan.codec(pkg) }})
	}
	return tasks
}

// codec plans the decoders and encoders of a package.
func (p *codecPlan) codec(pkg *model.Package) *Codec {
	c := &Codec{Package: pkg, HasTable: p.roots[pkg] != nil, HasEncoders: emitsEncoders(p.api)}
	switch {
	case c.HasTable:
		c.Doc = VersionCodecDoc
	case !p.isPlaced(pkg):
		c.Doc = PackageCodecDoc
	}
	for _, d := range p.roots[pkg] {
		if p.structs[d] != nil {
			c.Table = append(c.Table, p.decoderOf(d))
		}
	}
	for _, d := range p.views[pkg] {
		if p.structs[d] != nil {
			c.Views = append(c.Views, p.decoderOf(d))
		}
	}
	for _, d := range p.sent[pkg] {
		if p.encodes(d) {
			c.EncoderTable = append(c.EncoderTable, encoderAt(p.packageOf(pkg), d))
		}
	}
	for _, d := range p.decls[pkg] {
		c.Decoders = append(c.Decoders, Decoder{Decl: d, Fields: reader{plan: p}.fields("v", p.structs[d])})
		if p.encodes(d) {
			c.Encoders = append(c.Encoders, Encoder{Decl: d, Fields: writer{plan: p}.fields("v", p.structs[d])})
		}
	}
	return c
}

// isPlaced reports whether a setting says where the decoders of a package lie.
func (p *codecPlan) isPlaced(pkg *model.Package) bool {
	return p.api.Options.ExternalCodecs[pkg.Path] != ""
}

// codecPlan knows which types of an API have decoders, and where these lie. Nothing changes it once it is made.
type codecPlan struct {
	api *model.API
	// structs are the structs with decoders, emitted here or elsewhere, and their fields.
	structs map[*model.Decl][]model.JSONField
	seen    map[*model.Decl]bool
	// roots are the types of each group-version that stand in its table, in the order of its kinds. sent are those that its
	// clients send.
	roots, sent map[*model.Package][]*model.Decl
	// views are the views that each package declares, sorted by name.
	views map[*model.Package][]*model.Decl
	// decls are the structs of each package whose decoders are emitted here, sorted by name.
	decls map[*model.Package][]*model.Decl
}

func newCodecPlan(api *model.API) *codecPlan {
	p := &codecPlan{
		api: api, structs: map[*model.Decl][]model.JSONField{}, seen: map[*model.Decl]bool{},
		roots: rootsByPackage(api), views: viewsOf(api), sent: map[*model.Package][]*model.Decl{}, decls: map[*model.Package][]*model.Decl{},
	}
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			p.sent[v.Package] = sentBy(v)
		}
	}
	for _, pkg := range api.Packages {
		roots := p.roots[pkg]
		if p.isPlaced(pkg) {
			roots = pkg.Decls // decoders of other packages call some of them
		}
		for _, d := range slices.Concat(roots, p.views[pkg]) {
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

// rootsByPackage are the types that clients of each group-version send and receive.
func rootsByPackage(api *model.API) map[*model.Package][]*model.Decl {
	roots := map[*model.Package][]*model.Decl{}
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			roots[v.Package] = rootsOf(v)
		}
	}
	return roots
}

// rootsOf are the types that clients of a version send and receive: kinds, their lists, and the types of extra methods. Types
// of other packages are left out: a program that decodes a part of this version would have to link those packages.
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

// sentBy are the types that clients of a version send: kinds, and the inputs of extra methods.
func sentBy(v *model.Version) []*model.Decl {
	var sent []*model.Decl
	add := func(d *model.Decl) {
		if d = d.Resolve(); d.Package == v.Package && !slices.Contains(sent, d) {
			sent = append(sent, d)
		}
	}
	for _, k := range v.Kinds {
		add(k.Decl)
	}
	for _, k := range v.Kinds {
		for _, m := range k.Methods {
			if m.Input != nil {
				add(m.Input.Decl)
			}
		}
	}
	return sent
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

// packageOf is the rule that says in which package the decoders of a package lie.
func (p *codecPlan) packageOf(pkg *model.Package) string {
	if at := p.api.Options.ExternalCodecs[pkg.Path]; at != "" {
		return at
	}
	switch {
	case pkg.Path == PkgMeta:
		return PkgCodecMeta
	case p.roots[pkg] != nil:
		return p.api.Layout.CodecPackage(pkg.Version)
	}
	// With an element "internal" further down, decoders could not import each other.
	below := strings.ReplaceAll("/"+pkg.Path+"/", "/internal/", "/internals/")
	if p.views[pkg] != nil { // clients of views import them
		return path.Join(p.api.Layout.Codec, "views", below)
	}
	return path.Join(p.api.Layout.Codec, "internal", below)
}

// emits reports whether the decoders of a package are emitted here.
func (p *codecPlan) emits(pkg *model.Package) bool {
	return strings.HasPrefix(p.packageOf(pkg), p.api.Layout.Codec+"/")
}

// packages are those whose decoders are emitted here, sorted by path.
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
	for pkg := range p.views {
		if p.decls[pkg] == nil && p.roots[pkg] == nil {
			pkgs = append(pkgs, pkg)
		}
	}
	slices.SortFunc(pkgs, func(a, b *model.Package) int { return cmp.Compare(a.Path, b.Path) })
	return pkgs
}

// canName reports whether decoders can name a type of another package.
func (p *codecPlan) canName(d *model.Decl) bool {
	return token.IsExported(d.Name) && mayImport(d.Package.Path, p.api.Layout.Codec)
}
