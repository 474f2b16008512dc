package templates

import (
	"go/token"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// lowerFirst makes an identifier unexported in the way of Kubernetes' generators: "HTTPRoute" becomes "hTTPRoute".
// Handwritten expansions name the unexported types, so there is no prettier way.
func lowerFirst(s string) string {
	return strings.ToLower(s[:1]) + s[1:]
}

// unexported is [lowerFirst] for a package-level name: it keeps away from keywords and from the names of imports, which
// would clash in the file.
func unexported(s string) string {
	name := lowerFirst(s)
	if token.IsKeyword(name) {
		return name + "_"
	}
	for _, alias := range aliases() {
		if alias == name {
			return name + "_"
		}
	}
	return name
}

// param is the name of a parameter that holds something of that type.
func param(typeName string) string {
	switch name := unexported(typeName); name {
	case "ctx", "opts", "options", "c", "error", "string", "any", "nil":
		return name + "_"
	default:
		return name
	}
}

// implName is the name of the type that implements a kind's client, such as "robots".
func implName(k *model.Kind) string { return unexported(k.Plural) }

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

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func lowerAll(s string) string { return strings.ToLower(s) }
