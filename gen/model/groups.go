package model

import (
	"cmp"
	"go/token"
	"path"
	"slices"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/version"
)

// groupVersionOf reads the group and the version of a package from its markers, name and path. folder is the element of the
// path before the version's, or the last one if neither it nor the package has the name of a version.
func groupVersionOf(p *Package) (group, version, folder string) {
	last, parent := path.Base(p.Path), path.Base(path.Dir(p.Path))
	switch {
	case versionName.MatchString(last):
		version, folder = last, parent
	case versionName.MatchString(p.Name):
		version, folder = p.Name, last
	default:
		version, folder = last, parent
	}
	if m, ok := p.Markers.Get("versionName"); ok && unquote(m.Value) != "" {
		version = unquote(m.Value)
	}
	if m, ok := p.Markers.Get("groupName"); ok {
		return unquote(m.Value), version, folder
	}
	return folder, version, folder
}

// version makes the Version of a package and adds it to its group.
func (b *builder) version(p *Package) (*Version, bool) {
	groupName, name, folder := groupVersionOf(p)
	explicit := p.Markers.Has("groupName")
	if !versionName.MatchString(name) && (!explicit || !labelName.MatchString(name)) {
		b.problems.Add(p.Place(), "name the package or its folder after the version, such as v1beta1",
			"package %s looks like an API, but %q is not a version", p.Path, name)
		return nil, false
	}
	if !b.checkGroupName(p, folder) {
		return nil, false
	}
	if hasMeaning(name) {
		b.problems.Add(p.Place(), "name the package's folder after the version, such as v1beta1", "%q is the version of package %s, and cannot be the name of a Go package", name, p.Path)
		return nil, false
	}
	g := b.group(groupName)
	for _, other := range g.Versions {
		if other.Name == name {
			b.problems.Add(p.Place(), "give one of them another +groupName", "packages %s and %s both are %s", other.Package.Path, p.Path, other.GroupVersion())
			return nil, false
		}
	}
	v := &Version{Group: g, Name: name, GoName: UpperFirst(name), Package: p}
	g.Versions = append(g.Versions, v)
	b.noteFolder(g, folderName(folder))
	if m, ok := p.Markers.Get("groupGoName"); ok {
		b.noteGoName(g, m)
	}
	return v, true
}

// checkGroupName checks +groupName: the API server must accept the name. An empty name means the core group.
func (b *builder) checkGroupName(p *Package, folder string) bool {
	m, ok := p.Markers.Get("groupName")
	if !ok {
		return true
	}
	name, example := unquote(m.Value), "+groupName="+exampleGroup(p)
	switch {
	case name == "" && (!p.Writable || folder == "core"):
		return true
	case name == "":
		b.problems.Add(m.Pos, "write "+example+" with your own domain; for a client of the core group call the folder core",
			"the group has no name: that is Kubernetes' core group, in which nobody else has types")
	case len(validation.IsDNS1123Subdomain(name)) > 0:
		b.problems.Add(m.Pos, "use lower-case letters, digits, hyphens and dots, as in "+example, "%q cannot be the name of a group", name)
	default:
		return true
	}
	return false
}

// exampleGroup is a name that the group of a package could have, for messages.
func exampleGroup(p *Package) string {
	_, _, folder := groupVersionOf(p)
	label := strings.Trim(strings.Map(func(r rune) rune {
		if r == '_' {
			return '-'
		}
		return unicode.ToLower(r)
	}, folder), "-.")
	if len(validation.IsDNS1123Subdomain(label)) > 0 {
		label = "fleet"
	}
	if strings.Contains(label, ".") {
		return label
	}
	return label + ".example.com"
}

// ExampleMarker is the +groupName that a package could have, for messages.
func ExampleMarker(p *Package) string { return "+groupName=" + exampleGroup(p) }

func (b *builder) group(name string) *Group {
	g := b.groups[name]
	if g == nil {
		g = &Group{API: b.api, Name: name}
		b.groups[name] = g
	}
	return g
}

// noteFolder sets the folder of a group; "-" means that its versions have different ones.
func (b *builder) noteFolder(g *Group, folder string) {
	if g.Package == "" {
		g.Package = folder
	} else if g.Package != folder {
		g.Package = "-"
	}
}

func (b *builder) noteGoName(g *Group, m Marker) {
	name := UpperFirst(unquote(m.Value))
	switch {
	case !token.IsIdentifier(name) || !token.IsExported(name):
		b.problems.Add(m.Pos, "write a name such as "+cmp.Or(goNameOf(g.Name), "Fleet"), "marker +groupGoName=%s is not a Go identifier", m.Value)
	case g.GoName != "" && g.GoName != name:
		b.problems.Add(m.Pos, "use one name in all versions", "group %s is both %s and %s in Go", display(g), g.GoName, name)
	default:
		g.GoName = name
	}
}

// nameGroups drops groups and versions without kinds, gives the groups their names and sorts them.
func (b *builder) nameGroups() {
	for _, g := range b.groups {
		slices.SortFunc(g.Versions, compareVersions)
		first := slices.Concat(g.Versions, g.Viewed)[0]
		if g.GoName == "" {
			g.GoName = goNameOf(g.Name)
		}
		if g.GoName == "" {
			b.problems.Add(first.Package.Place(), "give the package +groupGoName", "no Go name can be made of the group %s", g.Name)
			continue
		}
		if folderName(g.Package) == "" {
			g.Package = folderName(g.GoName)
		}
		for _, v := range g.Versions {
			if len(v.Kinds) == 0 && len(v.Views) > 0 {
				g.Viewed = append(g.Viewed, v)
			}
		}
		slices.SortFunc(g.Viewed, compareVersions)
		g.Versions = slices.DeleteFunc(g.Versions, func(v *Version) bool { return len(v.Kinds) == 0 })
		switch {
		case len(g.Versions) > 0:
			b.api.Groups = append(b.api.Groups, g)
		case len(g.Viewed) > 0:
			b.api.Viewed = append(b.api.Viewed, g)
		}
	}
	for _, groups := range [][]*Group{b.api.Groups, b.api.Viewed} {
		slices.SortFunc(groups, func(a, b *Group) int { return cmp.Compare(a.Name, b.Name) })
	}
	b.separateFolders()
	b.checkGoNames()
}

// compareVersions puts versions into Kubernetes' order of priority.
func compareVersions(a, b *Version) int {
	return cmp.Or(version.CompareKubeAwareVersionStrings(b.Name, a.Name), cmp.Compare(a.Name, b.Name))
}

// AllGroups are the groups with clients, and then those with views only.
func (a *API) AllGroups() []*Group { return slices.Concat(a.Groups, a.Viewed) }

// AllVersions are the versions of the group with clients and those with views only, in the order of priority.
func (g *Group) AllVersions() []*Version {
	all := slices.Concat(g.Versions, g.Viewed)
	slices.SortStableFunc(all, compareVersions)
	return all
}

// AllVersions are those of AllGroups.
func (a *API) AllVersions() []*Version {
	var all []*Version
	for _, g := range a.AllGroups() {
		all = append(all, g.AllVersions()...)
	}
	return all
}

// separateFolders gives groups with the same folder one that is named after their Go name.
func (b *builder) separateFolders() {
	taken := map[string]int{}
	for _, g := range b.api.AllGroups() {
		taken[g.Package]++
	}
	for _, g := range b.api.AllGroups() {
		if taken[g.Package] > 1 {
			g.Package = folderName(g.GoName)
		}
	}
}

func (b *builder) checkGoNames() {
	const advice = "give one of them another +groupGoName"
	goNames, folders, accessors := map[string]*Group{}, map[string]*Group{}, map[string]*Version{}
	for _, g := range b.api.AllGroups() {
		versions := g.AllVersions()
		pos := versions[0].Package.Place()
		if other := goNames[g.GoName]; other != nil {
			b.problems.Add(pos, advice, "groups %s and %s are both %s in Go", display(other), display(g), g.GoName)
			continue
		}
		if other := folders[g.Package]; other != nil {
			b.problems.Add(pos, advice, "groups %s and %s would both lie in the folder %s", display(other), display(g), g.Package)
			continue
		}
		goNames[g.GoName], folders[g.Package] = g, g
		for _, v := range versions {
			if other := accessors[v.GroupGoName()]; other != nil {
				b.problems.Add(v.Package.Place(), advice, "%s and %s are both %s in Go", other.GroupVersion(), v.GroupVersion(), v.GroupGoName())
			}
			accessors[v.GroupGoName()] = v
		}
	}
}

// display is the name of a group in messages.
func display(g *Group) string {
	if g.Name == "" {
		return `""`
	}
	return g.Name
}
