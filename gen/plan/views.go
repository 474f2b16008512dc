package plan

import (
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// ViewClients is the content of views.go: what lists and watches the kinds of a group-version as their views.
type ViewClients struct {
	*model.Version

	Clients []ViewClient
}

// ViewClient reads a kind as a view.
type ViewClient struct {
	*model.Kind

	// Var is the name of the variable that holds it.
	Var string
	// Decoders is the table of decoders; empty if the run emits no codecs.
	Decoders Name
}

// ViewMeta is the content of zz_generated.view.go: the methods of the structs that views of a package have in place of ObjectMeta.
type ViewMeta struct{ Metas []MetaMethods }

// MetaMethods are the methods of metav1.Object that a struct gets.
type MetaMethods struct {
	*model.Decl

	Accessors []MetaAccessor
}

// MetaAccessor is a pair of methods that read and write a field of metadata: GetName and SetName.
type MetaAccessor struct {
	// Name is the name of the field in metav1.ObjectMeta. It is that of the methods, without Get and Set.
	Name string
	// Type is the type of the field.
	Type *model.Type
	// Field is the field of the struct; empty if it has none. The methods of such a field return nothing, and do nothing.
	Field string
	// Get and Set mean that the struct does not declare the method itself.
	Get, Set bool
}

func hasViews(v *model.Version) bool { return len(v.Views) > 0 }

// viewsOf are the views that each package of an API declares, sorted by name.
func viewsOf(api *model.API) map[*model.Package][]*model.Decl {
	views := map[*model.Package][]*model.Decl{}
	for _, v := range api.AllVersions() {
		for _, k := range v.Views {
			views[k.Decl.Package] = append(views[k.Decl.Package], k.Decl)
		}
	}
	for _, decls := range views {
		slices.SortFunc(decls, func(a, b *model.Decl) int { return strings.Compare(a.Name, b.Name) })
	}
	return views
}

func viewClients(p *planner, v *model.Version) Content {
	c := &ViewClients{Version: v}
	codecs := &codecPlan{api: p.api, views: viewsOf(p.api), roots: rootsByPackage(p.api)}
	for _, k := range v.Views {
		client := ViewClient{Kind: k, Var: free(model.LowerFirst(k.Plural), "client", "namespace")}
		if p.api.Layout.Codec != "" {
			pkg := codecs.packageOf(k.Decl.Package)
			client.Decoders = Name{Path: pkg, Alias: codecAlias(pkg, k.Decl.Package), Ident: "Views"}
		}
		c.Clients = append(c.Clients, client)
	}
	return c
}

// metasOf are the structs of a package that its views have in place of metav1.ObjectMeta, sorted by name.
func (p *planner) metasOf(pkg *model.Package) []*model.Decl {
	var metas []*model.Decl
	for _, v := range readVersions(p) {
		for _, k := range v.Views {
			if k.Meta != nil && k.Meta.Package == pkg && !slices.Contains(metas, k.Meta) {
				metas = append(metas, k.Meta)
			}
		}
	}
	slices.SortFunc(metas, func(a, b *model.Decl) int { return strings.Compare(a.Name, b.Name) })
	return metas
}

// wantsViewMeta reports whether a package gets a file of such methods.
func (p *planner) wantsViewMeta(pkg *model.Package) bool {
	return pkg.Writable && len(p.metasOf(pkg)) > 0
}

func viewMeta(p *planner, pkg *model.Package) Content {
	c := &ViewMeta{}
	for _, d := range p.metasOf(pkg) {
		c.Metas = append(c.Metas, MetaMethods{Decl: d, Accessors: metaAccessors(d)})
	}
	return c
}

// metaAccessors are the methods of metav1.Object for a struct, in the order of that interface.
func metaAccessors(d *model.Decl) []MetaAccessor {
	accessors := metaFields()
	for i := range accessors {
		a := &accessors[i]
		for _, f := range d.Fields() {
			if f.JSON.Name == jsonOfMeta(a.Name) && !f.JSON.Skip && !f.Embedded {
				a.Field = f.Name
			}
		}
		a.Get, a.Set = !d.Declares("Get"+a.Name), !d.Declares("Set"+a.Name)
	}
	return accessors
}

// jsonOfMeta is the name of a field of metav1.ObjectMeta in documents.
func jsonOfMeta(name string) string {
	if name == "UID" {
		return "uid"
	}
	return model.LowerFirst(name)
}

// metaFields are the fields that metav1.Object has methods for.
func metaFields() []MetaAccessor {
	basic := func(name string) *model.Type { return &model.Type{Kind: model.Basic, Name: name} }
	named := func(path, name string) *model.Type {
		return &model.Type{Kind: model.Named, Name: name, Decl: &model.Decl{Package: &model.Package{Path: path, Name: Aliases()[path]}, Name: name}}
	}
	pointer := func(t *model.Type) *model.Type { return &model.Type{Kind: model.Pointer, Elem: t} }
	slice := func(t *model.Type) *model.Type { return &model.Type{Kind: model.Slice, Elem: t} }
	texts := &model.Type{Kind: model.Map, Key: basic("string"), Elem: basic("string")}
	return []MetaAccessor{
		{Name: "Namespace", Type: basic("string")},
		{Name: "Name", Type: basic("string")},
		{Name: "GenerateName", Type: basic("string")},
		{Name: "UID", Type: named(PkgTypes, "UID")},
		{Name: "ResourceVersion", Type: basic("string")},
		{Name: "Generation", Type: basic("int64")},
		{Name: "SelfLink", Type: basic("string")},
		{Name: "CreationTimestamp", Type: named(PkgMeta, "Time")},
		{Name: "DeletionTimestamp", Type: pointer(named(PkgMeta, "Time"))},
		{Name: "DeletionGracePeriodSeconds", Type: pointer(basic("int64"))},
		{Name: "Labels", Type: texts},
		{Name: "Annotations", Type: texts},
		{Name: "Finalizers", Type: slice(basic("string"))},
		{Name: "OwnerReferences", Type: slice(named(PkgMeta, "OwnerReference"))},
		{Name: "ManagedFields", Type: slice(named(PkgMeta, "ManagedFieldsEntry"))},
	}
}
