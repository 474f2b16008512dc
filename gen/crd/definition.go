package crd

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// Definition is one CustomResourceDefinition.
type Definition struct {
	Group, Kind, ListKind, Plural, Singular string
	ShortNames, Categories                  []string
	Namespaced                              bool
	Annotations, Labels                     map[string]string
	// Conversion is nil where a cluster changes nothing but the apiVersion of an object.
	Conversion *Conversion
	// Versions are sorted by name.
	Versions []Version
}

// Version is one version of a definition.
type Version struct {
	Name                        string
	Served, Storage, Deprecated bool
	// Warning is nil unless the marker of a deprecated version has one.
	Warning          *string
	Schema           *Schema
	Columns          []Column
	SelectableFields []string
	Status           bool
	// Scale is nil without that subresource.
	Scale *Scale
}

// Column is a column of "kubectl get".
type Column struct {
	Name, Type, JSONPath, Description, Format string
	Priority                                  int64
}

// Scale says where the scale subresource finds its numbers.
type Scale struct {
	SpecPath, StatusPath string
	SelectorPath         string
}

// Name is the name of the definition in a cluster.
func (d *Definition) Name() string { return d.Plural + "." + d.Group }

// Has reports whether the input has an object that gets a definition.
func Has(api *model.API) bool {
	for _, p := range api.Packages {
		if p.Version != nil && slices.ContainsFunc(p.Version.Objects, func(o *model.Object) bool { return wanted(o, api.Options.CRDs.All) }) {
			return true
		}
	}
	return false
}

// wanted decides which objects get a definition: those that a cluster stores. A kind whose client can only create, such as a
// review, is answered by a server of its own, and a type that is no kind may be the body of a subresource.
func wanted(o *model.Object, all bool) bool {
	p := o.Version.Package
	switch {
	case !all && (!p.Writable || !strings.Contains(o.Version.Group.Name, ".")):
		return false
	case p.Markers.Has("kubebuilder:skip"):
		return false
	}
	k := o.Client
	if k == nil {
		root, ok := o.Decl.Markers.Get("kubebuilder:object:root")
		return ok && root.Word() != "false" || slices.ContainsFunc(o.Decl.Markers, func(m model.Marker) bool { return isMarker(m, "kubebuilder:resource") })
	}
	return len(k.Verbs) == 0 || k.Has(model.Get) || k.Has(model.List)
}

// Definitions makes the definitions of the objects of an API, sorted by group and plural. [model.CRDOptions].All makes groups
// that a cluster would not accept a problem. Whatever is wrong is added to the
// problems; the result is of no use then.
func Definitions(api *model.API, problems *model.Problems) []*Definition {
	opts := api.Options.CRDs
	b := newBuilder(opts, problems)
	byKind, keys := map[[2]string][]*model.Object{}, [][2]string{}
	for _, p := range api.Packages {
		if p.Version == nil {
			continue
		}
		for _, o := range p.Version.Objects {
			key := [2]string{p.Version.Group.Name, o.Decl.Name}
			if wanted(o, opts.All) {
				if byKind[key] == nil {
					keys = append(keys, key)
				}
				byKind[key] = append(byKind[key], o)
			}
		}
	}
	var all []*Definition
	for _, key := range keys {
		if d := b.define(byKind[key], opts); d != nil {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b *Definition) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Plural, b.Plural))
	})
	return all
}

// define makes the definition of a kind from its types in several versions; nil if all of them are skipped.
func (b *builder) define(objects []*model.Object, opts model.CRDOptions) *Definition {
	slices.SortFunc(objects, func(a, b *model.Object) int { return cmp.Compare(a.Version.Name, b.Version.Name) })
	first := objects[0]
	d := &Definition{
		Group: first.Version.Group.Name, Kind: first.Decl.Name, ListKind: first.Decl.Name + "List",
		Plural: first.Resource, Singular: strings.ToLower(first.Decl.Name), Namespaced: true,
	}
	if !strings.Contains(d.Group, ".") {
		b.problems.Add(first.Decl.Pos, "give the package "+model.ExampleMarker(first.Version.Package)+", or run with --without=crd",
			"a cluster accepts custom resources in groups with a dot only, and %s is in %q", d.Kind, d.Group)
		return nil
	}
	for _, o := range objects {
		b.names(d, o)
		if o.Decl.Markers.Has("kubebuilder:skipversion") {
			continue
		}
		d.Versions = append(d.Versions, b.version(o))
	}
	if len(d.Versions) == 0 {
		return nil
	}
	b.checkVersions(d, objects)
	if opts.Version != "" {
		d.Annotations = with(d.Annotations, model.VersionAnnotation, opts.Version)
	}
	return d
}

// names takes over what the markers of one version say about the whole definition.
func (b *builder) names(d *Definition, o *model.Object) {
	if d.Namespaced = d.Namespaced && o.Namespaced; o.Named {
		d.Plural = o.Resource
	}
	for _, m := range o.Decl.Markers {
		switch {
		case isMarker(m, "kubebuilder:resource"):
			var path, singular, scope string
			var short, categories []string
			b.arguments(o, m, "kubebuilder:resource", arguments{
				"path": {text: &path}, "singular": {text: &singular}, "scope": {text: &scope},
				"shortName": {texts: &short}, "categories": {texts: &categories},
			})
			d.Singular = cmp.Or(singular, d.Singular)
			if len(short) > 0 {
				d.ShortNames = short
			}
			if len(categories) > 0 {
				d.Categories = categories
			}
			if scope != "" && scope != "Cluster" && scope != "Namespaced" {
				b.refuse(o, m, "write scope=Cluster or scope=Namespaced", "%q is no scope", scope)
			}
		case isMarker(m, "kubebuilder:metadata"):
			var annotations, labels []string
			b.arguments(o, m, "kubebuilder:metadata", arguments{"annotations": {texts: &annotations}, "labels": {texts: &labels}})
			d.Annotations = b.pairs(o, m, d.Annotations, annotations)
			d.Labels = b.pairs(o, m, d.Labels, labels)
		case isMarker(m, conversionMarker):
			b.conversion(d, o, m)
		}
	}
}

// isMarker reports whether a marker has that name, with its arguments or without.
func isMarker(m model.Marker, name string) bool {
	rest, ok := strings.CutPrefix(m.Name, name)
	return ok && (rest == "" || rest[0] == ':')
}

func (b *builder) refuse(o *model.Object, m model.Marker, todo, format string, args ...any) {
	b.problem(&Schema{pos: m.Pos, writable: o.Decl.Package.Writable}, todo, format, args...)
}

func (b *builder) arguments(o *model.Object, m model.Marker, prefix string, into arguments) {
	if err := parseArguments(m, prefix, into); err != nil {
		b.refuse(o, m, "", "marker +%s: %v", prefix, err)
	}
}

// pairs adds "key=value" to annotations or labels.
func (b *builder) pairs(o *model.Object, m model.Marker, to map[string]string, list []string) map[string]string {
	for _, pair := range list {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			b.refuse(o, m, `write "key=value"`, "%q is no annotation or label", pair)
			continue
		}
		to = with(to, key, value)
	}
	return to
}

// with adds an annotation or a label to those of a definition, which may be nil.
func with(all map[string]string, key, value string) map[string]string {
	if all == nil {
		all = map[string]string{}
	}
	all[key] = value
	return all
}

// version makes one version of a definition.
func (b *builder) version(o *model.Object) Version {
	markers := o.Decl.Markers
	v := Version{
		Name: o.Version.Name, Served: !markers.Has("kubebuilder:unservedversion"), Storage: markers.Has("kubebuilder:storageversion"),
		// The client has UpdateStatus, which needs the subresource.
		Status: markers.Has("kubebuilder:subresource:status") || o.Client != nil && o.Client.Has(model.UpdateStatus),
	}
	v.Schema = b.flatten(&Schema{ref: &model.Type{Kind: model.Named, Name: o.Decl.Name, Decl: o.Decl}, pos: o.Decl.Pos})
	v.Schema.MapType = "" // that of an embedded struct: a cluster refuses it here
	v.Schema.walk(b.checkKeys)
	if v.Schema.Properties["metadata"] != nil {
		v.Schema.Properties = maps.Clone(v.Schema.Properties)
		v.Schema.Properties["metadata"] = &Schema{Type: "object"}
	}
	for _, m := range markers {
		b.versionMarker(&v, o, m)
	}
	return v
}

// versionMarker takes over what a marker says about a version.
func (b *builder) versionMarker(v *Version, o *model.Object, m model.Marker) {
	switch {
	case isMarker(m, "kubebuilder:deprecatedversion"):
		var warning string
		b.arguments(o, m, "kubebuilder:deprecatedversion", arguments{"warning": {text: &warning}})
		if v.Deprecated = true; warning != "" {
			v.Warning = &warning
		}
	case isMarker(m, "kubebuilder:printcolumn"):
		var c Column
		b.arguments(o, m, "kubebuilder:printcolumn", arguments{
			"name": {text: &c.Name, required: true}, "type": {text: &c.Type, required: true}, "JSONPath": {text: &c.JSONPath, required: true},
			"description": {text: &c.Description}, "format": {text: &c.Format}, "priority": {number: &c.Priority},
		})
		b.checkColumn(o, m, c)
		v.Columns = append(v.Columns, c)
	case isMarker(m, "kubebuilder:selectablefield"):
		var path string
		b.arguments(o, m, "kubebuilder:selectablefield", arguments{"JSONPath": {text: &path, required: true}})
		b.checkSelectable(o, m, v.Schema, path)
		v.SelectableFields = append(v.SelectableFields, path)
	case isMarker(m, "kubebuilder:subresource:scale"):
		v.Scale = &Scale{}
		b.arguments(o, m, "kubebuilder:subresource:scale", arguments{
			"specpath": {text: &v.Scale.SpecPath, required: true}, "statuspath": {text: &v.Scale.StatusPath, required: true},
			"selectorpath": {text: &v.Scale.SelectorPath},
		})
		b.checkScale(o, m, v.Scale)
	}
}

// checkVersions sees to it that exactly one version is stored, and that one is served.
func (b *builder) checkVersions(d *Definition, objects []*model.Object) {
	if len(d.Versions) == 1 {
		d.Versions[0].Storage = true
	}
	var stored []string
	served := false
	for _, v := range d.Versions {
		if v.Storage {
			stored = append(stored, v.Name)
		}
		served = served || v.Served
	}
	pos := objects[len(objects)-1].Decl.Pos
	switch {
	case len(stored) == 0:
		b.problems.Add(pos, "give one of its types +kubebuilder:storageversion", "%s has several versions, and none is said to be the one that the cluster stores", d.Kind)
	case len(stored) > 1:
		b.problems.Add(pos, "keep +kubebuilder:storageversion on one of its types", "%s is stored in one version, not in %s", d.Kind, strings.Join(stored, " and "))
	}
	if !served {
		b.problems.Add(pos, "take +kubebuilder:unservedversion from one of its types", "no version of %s is served", d.Kind)
	}
}
