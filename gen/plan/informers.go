package plan

import (
	"path"
	"slices"

	"github.com/typewright/typewright/gen/model"
)

// Listers is the content of listers.go: the listers of a group-version.
type Listers struct {
	*model.Version

	Listed []*model.Kind
}

// ListerExpansions is the content of expansion_generated.go: an empty interface for each lister without a handwritten
// expansion.
type ListerExpansions struct{ Listers []ExpandedLister }

// ExpandedLister is a lister that handwritten methods can be added to.
type ExpandedLister struct {
	*model.Kind

	// Lister is the name of the lister.
	Lister string
}

// Informers is the content of informers.go: the informers of a group-version.
type Informers struct {
	InformerPackages

	// Listers is the import path of the listers.
	Listers string
	// Views is the import path of the clients of views.
	Views string
	Kinds []*model.Kind
}

// InformerPackages are the packages that files of informers import.
type InformerPackages struct {
	// Clientset is the import path of the clientset, ClientsetName its name, and Internal is the import path of the interfaces
	// that informers and their factory share.
	Clientset, ClientsetName, Internal string
}

// Factory is the content of factory.go: the factory that shares informers.
type Factory struct {
	InformerPackages

	// Name is the name of the package.
	Name   string
	Groups []FactoryGroup
	// Example is a call that leads to an informer, for a comment.
	Example string
}

// FactoryGroup is a group with informers.
type FactoryGroup struct {
	*model.Group

	// Informers is the import path of the group's informers.
	Informers string
}

// GenericInformers is the content of generic.go: informers by the name of a resource.
type GenericInformers struct{ Kinds []*model.Kind }

// InternalInterfaces is the content of internalinterfaces/factory_interfaces.go.
type InternalInterfaces struct{ InformerPackages }

// GroupInformers is the content of a group's interface.go.
type GroupInformers struct {
	InformerPackages
	*model.Group

	Watched []WatchedVersion
}

// WatchedVersion is a version with informers.
type WatchedVersion struct {
	*model.Version

	// Informers is the import path of the version's informers.
	Informers string
}

// VersionInformers is the content of a version's interface.go.
type VersionInformers struct {
	InformerPackages
	*model.Version

	Watched []*model.Kind
}

func hasListable(v *model.Version) bool { return len(listable(v)) > 0 }

func hasWatchable(v *model.Version) bool { return len(watchable(v)) > 0 }

func hasInformers(g *model.Group) bool { return slices.ContainsFunc(g.AllVersions(), hasWatchable) }

// lacksListerExpansion reports whether some lister of a version has no handwritten expansion.
func lacksListerExpansion(v *model.Version) bool { return len(expandedListers(v)) > 0 }

func listers(_ *planner, v *model.Version) Content { return &Listers{Version: v, Listed: listable(v)} }

func listerExpansions(_ *planner, v *model.Version) Content {
	return &ListerExpansions{expandedListers(v)}
}

func expandedListers(v *model.Version) []ExpandedLister {
	var listers []ExpandedLister
	for _, k := range listable(v) {
		if !k.Expansions.Lister {
			listers = append(listers, ExpandedLister{k, k.GoName + "Lister"})
		}
		if k.Namespaced && !k.Expansions.NamespaceLister {
			listers = append(listers, ExpandedLister{k, k.GoName + "NamespaceLister"})
		}
	}
	return listers
}

func (p *planner) informerPackages() InformerPackages {
	l := p.api.Layout
	return InformerPackages{Clientset: l.Clientset, ClientsetName: l.ClientsetName, Internal: path.Join(l.Informers, "internalinterfaces")}
}

func informers(p *planner, v *model.Version) Content {
	l := p.api.Layout
	return &Informers{InformerPackages: p.informerPackages(), Listers: l.Lister(v), Views: l.ViewClient(v), Kinds: watchable(v)}
}

func factory(p *planner, api *model.API) Content {
	f := &Factory{InformerPackages: p.informerPackages(), Name: path.Base(api.Layout.Informers), Example: "ForResource(resource)"}
	for _, g := range readGroups(p) {
		if hasInformers(g) {
			f.Groups = append(f.Groups, FactoryGroup{g, api.Layout.Informer(g, nil)})
		}
	}
	if watched := allWatched(p); len(watched) > 0 {
		k := watched[0]
		f.Example = k.Version.Group.GoName + "()." + k.Version.GoName + "()." + k.Plural + "()"
	}
	return f
}

// allWatched are all kinds and views with informers.
func allWatched(p *planner) []*model.Kind {
	var all []*model.Kind
	for _, v := range readVersions(p) {
		all = append(all, watchable(v)...)
	}
	return all
}

// genericInformers leaves views out: the informer of a resource is that of its kind.
func genericInformers(p *planner, _ *model.API) Content {
	return &GenericInformers{kinds(allWatched(p), func(k *model.Kind) bool { return k.Of == nil })}
}

func internalInterfaces(p *planner, _ *model.API) Content {
	return &InternalInterfaces{p.informerPackages()}
}

func groupInformers(p *planner, g *model.Group) Content {
	c := &GroupInformers{InformerPackages: p.informerPackages(), Group: g}
	for _, v := range g.AllVersions() {
		if hasWatchable(v) {
			c.Watched = append(c.Watched, WatchedVersion{v, p.api.Layout.Informer(g, v)})
		}
	}
	return c
}

func versionInformers(p *planner, v *model.Version) Content {
	return &VersionInformers{InformerPackages: p.informerPackages(), Version: v, Watched: watchable(v)}
}
