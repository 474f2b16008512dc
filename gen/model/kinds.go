package model

import (
	"cmp"
	"go/token"
	"slices"
	"strings"
)

// kind makes the Kind of a declaration. It notes a problem and returns nil if the declaration cannot be a kind.
func (b *builder) kind(v *Version, d *Decl) *Kind {
	if what, todo := unfit(d); what != "" {
		b.problems.Add(d.Pos, todo, "type %s has +genclient, but %s", d.Name, what)
		return nil
	}
	k := &Kind{
		Version: v,
		GoName:  d.Name,
		Plural:  UpperFirst(plural(d.Name, b.opts.Plurals)),
		Decl:    d,
		List:    listOf(v.Package, d.Name),
	}
	k.Resource = strings.ToLower(k.Plural)
	b.nameResource(k)
	k.Namespaced = b.namespaced(d)
	_, status := d.Field("Status")
	k.Status = status && !d.Markers.Has("genclient:noStatus")
	k.Verbs = b.verbs(k)
	k.Methods = b.methods(k)
	if len(k.Verbs)+len(k.Methods) > 0 {
		b.checkMeta(k)
	}
	return k
}

// addObjects finds the types of a version that embed metadata. Those without a client have a resource name by the same rules.
func (b *builder) addObjects(v *Version) {
	for _, d := range v.Package.Decls {
		if d.IsView() {
			continue
		}
		path, _ := kubebuilderResource(d.Markers, "path")
		o := &Object{Version: v, Decl: d, Named: path != "" || d.Markers.Has("resourceName"), Namespaced: b.namespaced(d)}
		if i := slices.IndexFunc(v.Kinds, func(k *Kind) bool { return k.Decl == d }); i >= 0 {
			o.Client, o.Resource = v.Kinds[i], v.Kinds[i].Resource
			v.Objects = append(v.Objects, o)
			continue
		}
		if what, _ := unfit(d); what != "" || d.Alias || !embedsMeta(d, "TypeMeta") || !embedsMeta(d, "ObjectMeta") {
			continue
		}
		o.Resource = cmp.Or(path, strings.ToLower(plural(d.Name, b.opts.Plurals)))
		if m, ok := d.Markers.Get("resourceName"); ok {
			o.Resource = unquote(m.Value)
		}
		v.Objects = append(v.Objects, o)
	}
}

// embedsMeta reports whether a struct itself embeds that type of metav1.
func embedsMeta(d *Decl, name string) bool {
	f, ok := d.Field(name)
	if !ok || !f.Embedded {
		return false
	}
	meta := f.Type.Bare().NamedDecl()
	return meta != nil && meta.Name == name && meta.Package.Path == "k8s.io/apimachinery/pkg/apis/meta/v1"
}

// isInternal reports whether a version is one that an API server converts through, such as "metrics" of k8s.io/metrics. Its
// types have no tags and no documents, so a client could not ask a server for them.
func isInternal(v *Version) bool {
	if versionName.MatchString(v.Name) {
		return false
	}
	return !slices.ContainsFunc(v.Package.Decls, func(d *Decl) bool {
		return slices.ContainsFunc(d.Fields(), func(f Field) bool { return f.Tag != "" })
	})
}

// unfit says why a declaration cannot be a kind and what to do; both are empty if it can.
func unfit(d *Decl) (what, todo string) {
	switch {
	case !token.IsExported(d.Name):
		return "is not exported", "start its name with a capital letter"
	case len(d.TypeParams) > 0:
		return "has type parameters", "declare a type for each kind"
	case d.Type != nil && d.Type.Underlying().Kind != Struct && d.Type.Underlying().Kind != Named:
		return "is not a struct", "move the marker to the struct"
	}
	return "", ""
}

// listOf finds the list type of a kind: it has a field Items. It returns nil if there is none.
func listOf(p *Package, kind string) *Decl {
	if d := declared(p, kind+"List"); d != nil {
		if _, ok := d.Field("Items"); ok {
			return d
		}
	}
	return nil
}

func declared(p *Package, name string) *Decl {
	if i := slices.IndexFunc(p.Decls, func(d *Decl) bool { return d.Name == name }); i >= 0 {
		return p.Decls[i]
	}
	return nil
}

// nameResource reads +resourceName, or else the path of +kubebuilder:resource.
func (b *builder) nameResource(k *Kind) {
	own, hasOwn := k.Decl.Markers.Get("resourceName")
	foreign, marker := kubebuilderResource(k.Decl.Markers, "path")
	if hasOwn {
		k.Resource = unquote(own.Value)
		marker.Pos = own.Pos
		if foreign != "" && foreign != k.Resource {
			b.problems.Add(own.Pos, "keep one of the two", "marker +resourceName=%s contradicts path=%s of +kubebuilder:resource", k.Resource, foreign)
		}
	} else if foreign != "" {
		k.Resource = foreign
	}
	if !resourceLabel.MatchString(k.Resource) {
		pos := k.Decl.Pos
		if marker.Pos.IsValid() {
			pos = marker.Pos
		}
		b.problems.Add(pos, "use lower-case letters, digits and hyphens", "%q cannot be the name of a resource", k.Resource)
	}
}

// namespaced reads +genclient:nonNamespaced, or else the scope of +kubebuilder:resource.
func (b *builder) namespaced(d *Decl) bool {
	cluster := d.Markers.Has("genclient:nonNamespaced")
	scope, m := kubebuilderResource(d.Markers, "scope")
	if cluster && scope == "Namespaced" {
		b.problems.Add(m.Pos, "keep one of the two", "scope=Namespaced contradicts +genclient:nonNamespaced")
	}
	return !cluster && scope != "Cluster"
}

// kubebuilderResource reads one argument of +kubebuilder:resource:a=b,c=d.
func kubebuilderResource(ms Markers, key string) (string, Marker) {
	for _, m := range ms {
		rest, ok := strings.CutPrefix(m.Name, "kubebuilder:resource:")
		if !ok {
			continue
		}
		for argument := range strings.SplitSeq(rest+"="+m.Value, ",") {
			if name, value, _ := strings.Cut(argument, "="); name == key {
				return unquote(value), m
			}
		}
	}
	return "", Marker{}
}

// verbs reads the verbs that a kind offers.
func (b *builder) verbs(k *Kind) []Verb {
	ms := k.Decl.Markers
	if ms.Has("genclient:noVerbs") {
		b.contradiction(k, "genclient:noVerbs", "genclient:onlyVerbs", "genclient:skipVerbs", "genclient:readonly")
		return nil
	}
	b.contradiction(k, "genclient:onlyVerbs", "genclient:skipVerbs")
	b.contradiction(k, "genclient:readonly", "genclient:skipVerbs")
	verbs := AllVerbs()
	only, skip := b.verbList(ms, "genclient:onlyVerbs"), b.verbList(ms, "genclient:skipVerbs")
	if ms.Has("genclient:readonly") {
		only = append(only, Get, List, Watch)
	}
	switch {
	case only != nil:
		verbs = slices.DeleteFunc(verbs, func(v Verb) bool { return !slices.Contains(only, v) })
	case skip != nil:
		verbs = slices.DeleteFunc(verbs, func(v Verb) bool { return slices.Contains(skip, v) })
	}
	if !k.Status {
		verbs = without(verbs, UpdateStatus, ApplyStatus)
	}
	if k.List == nil {
		b.missesList(k, verbs)
		verbs = without(verbs, List, Watch, DeleteCollection)
	}
	return verbs
}

// missesList notes a kind of the workspace that offers verbs of lists and has no list type.
func (b *builder) missesList(k *Kind, verbs []Verb) {
	need := []Verb{List, Watch, DeleteCollection}
	i := slices.IndexFunc(need, func(v Verb) bool { return slices.Contains(verbs, v) })
	if i < 0 || !k.Version.Package.Writable {
		return
	}
	if d := declared(k.Version.Package, k.GoName+"List"); d != nil {
		b.problems.Add(d.Pos, "add Items []"+k.GoName+" `json:\"items\"`", "type %s is to be the list of %s, but has no Items", d.Name, k.GoName)
		return
	}
	b.problems.Add(k.Decl.Pos, "declare it, or skip the verbs list, watch and deleteCollection",
		"type %s offers the verb %s, but there is no type %sList", k.GoName, need[i], k.GoName)
}

func without(verbs []Verb, drop ...Verb) []Verb {
	return slices.DeleteFunc(verbs, func(v Verb) bool { return slices.Contains(drop, v) })
}

// contradiction notes markers that contradict each other.
func (b *builder) contradiction(k *Kind, marker string, others ...string) {
	m, ok := k.Decl.Markers.Get(marker)
	if !ok {
		return
	}
	for _, name := range others {
		if other, ok := k.Decl.Markers.Get(name); ok {
			b.problems.Add(other.Pos, "keep one of the two", "marker +%s contradicts +%s", name, m.Name)
		}
	}
}

// verbList reads a comma-separated list of verbs; nil if the kind does not have the marker.
func (b *builder) verbList(ms Markers, name string) []Verb {
	m, ok := ms.Get(name)
	if !ok {
		return nil
	}
	list := []Verb{}
	for word := range strings.SplitSeq(m.Value, ",") {
		verb := Verb(strings.TrimSpace(word))
		if !slices.Contains(AllVerbs(), verb) {
			b.unknownVerb(m, verb)
			continue
		}
		list = append(list, verb)
	}
	return list
}

func (b *builder) unknownVerb(m Marker, verb Verb) {
	best, distance := Verb(""), 100
	for _, v := range AllVerbs() {
		if d := editDistance(strings.ToLower(string(verb)), strings.ToLower(string(v))); d < distance {
			best, distance = v, d
		}
	}
	todo := "did you mean " + string(best) + "?"
	if distance > 2 {
		todo = "the verbs are create, update, updateStatus, delete, deleteCollection, get, list, watch, patch, apply and applyStatus"
	}
	b.problems.Add(m.Pos, todo, "unknown verb %q in +%s", verb, m.Name)
}
