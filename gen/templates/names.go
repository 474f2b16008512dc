package templates

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"github.com/typewright/typewright/gen/model"
)

// Emitted code calls some things after types of the user's: parameters after kinds, types that implement clients after their
// plurals. Expansions written by hand know the unexported ones, so these are what Kubernetes' generators make of them. Where
// a name means something else in the same place, to Go, as an import or as one of the names below, it gets an underscore.
// Exported names that clash are refused (gen/model/checknames.go, applycheck.go); imports make way for what a file declares
// (clashes.go).

// The names that templates give to parameters and variables of functions which have others that are called after types.
func clientLocals() []string {
	return []string{"c", "ctx", "data", "listOpts", "name", "options", "opts", "pt", "subresources"}
}

func extractLocals() []string { return []string{"b", "fieldManager", "subresource"} }

// free is a name that none of the others in the same place hides, and that hides none of them.
func free(name string, others ...string) string {
	for token.IsKeyword(name) || types.Universe.Lookup(name) != nil || name == "err" || isAlias(name) || slices.Contains(others, name) {
		name += "_"
	}
	return name
}

// localBeside is the name of a parameter or variable in a file beside the types of a package: those may be called in or out, and
// stand in the same function.
func localBeside(p *model.Package, name string) string {
	for slices.ContainsFunc(p.Decls, func(d *model.Decl) bool { return d.Name == name }) {
		name += "_"
	}
	return name
}

// isAlias tells names of the packages that emitted code imports under a name of its own.
func isAlias(name string) bool { return aliasNames()[name] }

var aliasNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, alias := range aliases() {
		names[alias] = true
	}
	return names
})

// implName is the name of the type that implements a kind's client, such as "robots".
func implName(k *model.Kind) string {
	others := append(clientLocals(), "group", "namespace")
	for _, other := range k.Version.Kinds {
		others = append(others, newName(other))
	}
	return free(model.LowerFirst(k.Plural), others...)
}

// newName is the name of the function that makes a kind's client, such as "newRobots".
func newName(k *model.Kind) string { return "new" + k.Plural }

// listable are the kinds of a version that have listers. Where an informer is emitted its lister is as well; kinds with
// +genclient:noVerbs have one for the sake of caches that are filled by hand.
func listable(v *model.Version) []*model.Kind {
	if optedOut(v, "lister") {
		return nil
	}
	return kinds(v, func(k *model.Kind) bool {
		return k.Has(model.List) && (k.Has(model.Get) || k.Has(model.Watch)) || k.Decl.Markers.Has("genclient:noVerbs")
	})
}

// watchable are the kinds of a version that have informers.
func watchable(v *model.Version) []*model.Kind {
	if optedOut(v, "informer") || optedOut(v, "lister") {
		return nil
	}
	return kinds(v, func(k *model.Kind) bool { return k.Has(model.List) && k.Has(model.Watch) })
}

func kinds(v *model.Version, want func(*model.Kind) bool) []*model.Kind {
	return slices.DeleteFunc(slices.Clone(v.Kinds), func(k *model.Kind) bool { return !want(k) })
}

// optedOut reports whether the package of a version carries +k8s:<artifact>-gen=false.
func optedOut(v *model.Version, artifact string) bool { return packageOptedOut(v.Package, artifact) }

func packageOptedOut(p *model.Package, artifact string) bool {
	m, _ := p.Markers.Get("k8s:" + artifact + "-gen")
	return strings.Trim(m.Value, `"`) == "false"
}

func hasListable(v *model.Version) bool { return len(listable(v)) > 0 }

func hasWatchable(v *model.Version) bool { return len(watchable(v)) > 0 }

// watchableVersions are the versions of a group that have informers.
func watchableVersions(g *model.Group) []*model.Version {
	return slices.DeleteFunc(slices.Clone(g.Versions), func(v *model.Version) bool { return !hasWatchable(v) })
}

func groupWatchable(g *model.Group) bool { return len(watchableVersions(g)) > 0 }

func lowerAll(s string) string { return strings.ToLower(s) }
