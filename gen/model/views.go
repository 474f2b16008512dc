package model

import (
	"cmp"
	"slices"
	"strings"
)

// viewMarker is the marker of types that are views of kinds. It is the first of this project's own.
const viewMarker = "typewright:view"

// IsView reports whether a type is a view: a struct with some of the fields of a kind, for caches of just these.
func (d *Decl) IsView() bool { return d.Markers.Has(viewMarker) }

// viewMeta are the fields of metadata, by their names in documents, without which a cache cannot hold objects.
func viewMeta(namespaced bool) []string {
	names := []string{"name", "uid", "resourceVersion"}
	if namespaced {
		names = append(names, "namespace")
	}
	return names
}

// addViews finds the views of a package. They become part of the version of their kind, which may have nothing else here. All
// packages have been added before.
func (b *builder) addViews(p *Package) {
	for _, d := range p.Decls {
		m, ok := d.Markers.Get(viewMarker)
		if !ok || strings.TrimSpace(m.Value) == "" || !b.canBeView(d, m) {
			continue
		}
		args, ok := b.viewArguments(m)
		if !ok {
			continue
		}
		of := b.find(p, args["of"])
		if of == nil || !of.Pos.IsValid() {
			b.problems.Add(m.Pos, "name a kind of the package, or another's as import/path.Name", "there is no type %s", args["of"])
			continue
		}
		k := &Kind{GoName: d.Name, Decl: d, Of: of, Plural: UpperFirst(plural(d.Name, b.opts.Plurals)), Verbs: []Verb{Get, List, Watch}}
		if b.locate(k, m, args) && b.viewHasMeta(k) && b.isOnlyOne(k) {
			k.Version.Views = append(k.Version.Views, k)
			slices.SortFunc(k.Version.Views, func(a, b *Kind) int { return cmp.Compare(a.GoName, b.GoName) })
		}
	}
}

// isOnlyOne notes a view with the name or the plural of a kind or of another view of its version: their informers lie in one package.
func (b *builder) isOnlyOne(k *Kind) bool {
	for _, other := range slices.Concat(k.Version.Kinds, k.Version.Views) {
		if other.GoName == k.GoName || other.Plural == k.Plural {
			b.problems.Add(k.Decl.Pos, "rename one of them", "view %s and %s at %s would have informers of the same name", k.GoName, other.GoName, other.Decl.Pos)
			return false
		}
	}
	return true
}

// canBeView notes what keeps a type from being a view.
func (b *builder) canBeView(d *Decl, m Marker) bool {
	what, todo := unfit(d)
	switch {
	case what != "":
		b.problems.Add(d.Pos, todo, "type %s has +%s, but %s", d.Name, m.Name, what)
	case d.Alias || d.Type == nil || d.Type.Kind != Struct:
		b.problems.Add(d.Pos, "write a struct of its own", "type %s has +%s, but is not declared as a struct", d.Name, m.Name)
	case d.Markers.Has("genclient"):
		b.problems.Add(m.Pos, "keep one of the two", "marker +%s contradicts +genclient: a view has no client that writes", m.Name)
	default:
		return true
	}
	return false
}

// viewArguments reads "Kind,resource=…,scope=…,group=…".
func (b *builder) viewArguments(m Marker) (map[string]string, bool) {
	of, rest, more := strings.Cut(unquote(m.Value), ",")
	args := map[string]string{"of": strings.TrimSpace(of)}
	for argument := range strings.SplitSeq(rest, ",") {
		key, value, _ := strings.Cut(argument, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case !more:
		case key != "resource" && key != "scope" && key != "group":
			b.problems.Add(m.Pos, "use resource, scope and group", "view of %s: unknown key %q", args["of"], key)
			return nil, false
		case key == "scope" && value != "Cluster" && value != "Namespaced":
			b.problems.Add(m.Pos, "write scope=Cluster or scope=Namespaced", "view of %s: %q is not a scope", args["of"], value)
			return nil, false
		case key == "resource" && !resourceLabel.MatchString(value):
			b.problems.Add(m.Pos, "use lower-case letters, digits and hyphens", "%q cannot be the name of a resource", value)
			return nil, false
		default:
			args[key] = value
		}
	}
	return args, true
}

// find finds a type such as "Scale" in a package, or "k8s.io/api/autoscaling/v1.Scale" among those that markers name.
func (b *builder) find(p *Package, name string) *Decl {
	if path, short, ok := SplitTypeName(name); ok && path != p.Path {
		return b.opts.Referenced[path+"."+short]
	} else if i := slices.IndexFunc(p.Decls, func(d *Decl) bool { return d.Name == short }); i >= 0 {
		return p.Decls[i]
	}
	return nil
}

// locate finds out where the server has the objects of a view: version, resource and scope of the kind. The arguments of the marker
// say what the kind's package does not.
func (b *builder) locate(k *Kind, m Marker, args map[string]string) bool {
	of := k.Of
	switch {
	case of.IsView():
		b.problems.Add(m.Pos, "name the kind of that view", "type %s is a view itself", of.Name)
		return false
	case !embedsMeta(of, "TypeMeta") || !embedsMeta(of, "ObjectMeta"):
		b.problems.Add(m.Pos, "name a type that embeds metav1.TypeMeta and metav1.ObjectMeta", "type %s is not a kind", args["of"])
		return false
	}
	if k.Version = b.viewedVersion(of.Package, args["group"]); k.Version == nil {
		b.problems.Add(m.Pos, "name a type of a package that is called after its version, such as v1", "package %s is not a version of an API", of.Package.Path)
		return false
	}
	if !saysScope(of) && args["scope"] == "" {
		b.problems.Add(m.Pos, "add scope=Namespaced or scope=Cluster, and resource= if that is not the plural", "type %s does not say whether its objects have namespaces", args["of"])
		return false
	}
	// Problems of the kind's own markers are reported where it is an input.
	own := builder{opts: b.opts}
	kind := &Kind{Decl: of, Resource: strings.ToLower(plural(of.Name, b.opts.Plurals))}
	own.nameResource(kind)
	k.Resource = cmp.Or(args["resource"], kind.Resource)
	k.Namespaced = own.namespaced(of)
	if args["scope"] != "" {
		k.Namespaced = args["scope"] == "Namespaced"
	}
	return true
}

// saysScope reports whether markers of a type say that it is a resource, and so whether it has namespaces.
func saysScope(d *Decl) bool {
	if d.Markers.Has("genclient") || d.Markers.Has("kubebuilder:object:root") || d.Markers.Has("kubebuilder:resource") {
		return true
	}
	return slices.ContainsFunc(d.Markers, func(m Marker) bool { return strings.HasPrefix(m.Name, "kubebuilder:resource:") })
}

// viewedVersion is the version of a package of kinds, a new one if the input does not have it; nil if the package is not a version.
func (b *builder) viewedVersion(p *Package, group string) *Version {
	if p.Version != nil && group == "" {
		return p.Version
	}
	found, name, folder := groupVersionOf(p)
	if !versionName.MatchString(name) {
		return nil
	}
	g := b.group(cmp.Or(group, found))
	for _, v := range slices.Concat(g.Versions, g.Viewed) {
		if v.Name == name {
			return v
		}
	}
	v := &Version{Group: g, Name: name, GoName: UpperFirst(name), Package: p}
	g.Viewed = append(g.Viewed, v)
	if len(g.Versions) == 0 {
		b.noteFolder(g, folderName(folder))
	}
	if m, ok := p.Markers.Get("groupGoName"); ok && g.GoName == "" {
		b.noteGoName(g, m)
	}
	return v
}

// viewHasMeta checks the metadata of a view: kind and apiVersion, and a struct with the fields that a cache needs. It sets Meta.
func (b *builder) viewHasMeta(k *Kind) bool {
	d, before := k.Decl, b.problems.Len()
	if embedsMeta(d, "ObjectMeta") {
		b.checkEmbedded(d, "type "+d.Name+" has +"+viewMarker+", but", "which caches need", "TypeMeta", "ObjectMeta")
		return b.problems.Len() == before
	}
	b.checkEmbedded(d, "type "+d.Name+" has +"+viewMarker+", but", "which caches need", "TypeMeta")
	i := slices.IndexFunc(d.Fields(), func(f Field) bool { return f.JSON.Name == "metadata" && !f.JSON.Inline })
	if i < 0 {
		b.problems.Add(d.Pos, "embed metav1.ObjectMeta, or a struct with some of its fields, as `json:\"metadata\"`", "view %s has no metadata", d.Name)
		return false
	}
	f := d.Fields()[i]
	meta := f.Type.Unalias().NamedDecl()
	if !f.Embedded || meta == nil || meta.Package != d.Package || meta.Type == nil || meta.Type.Kind != Struct || len(meta.TypeParams) > 0 {
		b.problems.Add(f.Pos, "embed metav1.ObjectMeta, or a struct of this package with some of its fields, by value",
			"field %s of %s cannot give the view the methods of metadata", f.Name, d.Name)
		return false
	}
	k.Meta = meta
	for _, name := range viewMeta(k.Namespaced) {
		if !slices.ContainsFunc(meta.Type.Fields, func(f Field) bool { return f.JSON.Name == name && inDocuments(f) && !f.Embedded }) {
			b.problems.Add(meta.Pos, "add it as in metav1.ObjectMeta", "the metadata %s of view %s has no field %q, which caches need", meta.Name, d.Name, name)
		}
	}
	return b.problems.Len() == before
}
