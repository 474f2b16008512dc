package plan

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"github.com/typewright/typewright/gen/model"
)

// Name is a name of a package that emitted code uses.
type Name struct {
	// Path is the import path of the package; empty for the package of the file itself. Alias is the name under which it is
	// imported; empty for packages in the table of [Aliases].
	Path, Alias string
	Ident       string
}

// Emitted code names some things after types of the user: parameters after kinds, and types that implement clients after
// plurals. Handwritten expansions use the unexported names, so these are what Kubernetes' generators make of them. If a name
// has another meaning in the same place, to Go, as an import or as a variable, it gets an underscore. Exported names that
// clash are problems (check.go, checkapply.go). Imports are renamed when a file is printed (clashes.go in package templates).

// clientLocals are the variables and parameters of functions that have others named after types.
func clientLocals() []string {
	return []string{"c", "ctx", "data", "listOpts", "name", "options", "opts", "pt", "subresources"}
}

func extractLocals() []string { return []string{"b", "fieldManager", "subresource"} }

// free adds underscores to a name until it hides nothing: no word of Go, no import, and none of the others in its place.
func free(name string, others ...string) string {
	for token.IsKeyword(name) || types.Universe.Lookup(name) != nil || name == "err" || isAlias(name) || slices.Contains(others, name) {
		name += "_"
	}
	return name
}

// localBeside is the name of a parameter or variable in a file beside the types of a package. Types may be called in or out
// and stand in the same function.
func localBeside(p *model.Package, name string) string {
	for slices.ContainsFunc(p.Decls, func(d *model.Decl) bool { return d.Name == name }) {
		name += "_"
	}
	return name
}

// isAlias reports whether emitted code imports a package under the name.
func isAlias(name string) bool { return aliasNames()[name] }

var aliasNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, alias := range Aliases() {
		names[alias] = true
	}
	return names
})

// listable are the kinds and views of a version that have listers: those that have informers, those whose objects can be read, and
// those with +genclient:noVerbs, for caches that are filled by hand.
func listable(v *model.Version) []*model.Kind {
	return kinds(slices.Concat(v.Kinds, v.Views), func(k *model.Kind) bool {
		reads := k.Has(model.List) && (k.Has(model.Get) || k.Has(model.Watch)) || k.Decl.Markers.Has("genclient:noVerbs")
		return reads && !optedOut(k.Decl.Package, "lister")
	})
}

// watchable are the kinds and views of a version that have informers.
func watchable(v *model.Version) []*model.Kind {
	return kinds(slices.Concat(v.Kinds, v.Views), func(k *model.Kind) bool {
		return k.Has(model.List) && k.Has(model.Watch) && !optedOut(k.Decl.Package, "informer") && !optedOut(k.Decl.Package, "lister")
	})
}

func kinds(all []*model.Kind, want func(*model.Kind) bool) []*model.Kind {
	return slices.DeleteFunc(slices.Clone(all), func(k *model.Kind) bool { return !want(k) })
}

// optedOut reports whether a package has the marker +k8s:<artifact>-gen=false.
func optedOut(p *model.Package, artifact string) bool {
	m, _ := p.Markers.Get("k8s:" + artifact + "-gen")
	return strings.Trim(m.Value, `"`) == "false"
}
