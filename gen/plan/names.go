package plan

import (
	"go/token"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

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

// The packages that emitted code may import whatever the input is.
const (
	PkgContext = "context"
	PkgErrors  = "errors"
	PkgFmt     = "fmt"
	PkgHTTP    = "net/http"
	PkgMaps    = "maps"
	PkgReflect = "reflect"
	PkgSlices  = "slices"
	PkgStrings = "strings"
	PkgSync    = "sync"
	PkgTesting = "testing"
	PkgTime    = "time"

	PkgLabels      = "k8s.io/apimachinery/pkg/labels"
	PkgMeta        = "k8s.io/apimachinery/pkg/apis/meta/v1"
	PkgRuntime     = "k8s.io/apimachinery/pkg/runtime"
	PkgSchema      = "k8s.io/apimachinery/pkg/runtime/schema"
	PkgSerializer  = "k8s.io/apimachinery/pkg/runtime/serializer"
	PkgTypes       = "k8s.io/apimachinery/pkg/types"
	PkgUtilRuntime = "k8s.io/apimachinery/pkg/util/runtime"
	PkgWatch       = "k8s.io/apimachinery/pkg/watch"

	PkgMerge      = "k8s.io/apimachinery/pkg/util/managedfields"
	PkgMergeTyped = "sigs.k8s.io/structured-merge-diff/v6/typed"

	moduleRoot       = "github.com/typewright/typewright"
	runtimeRoot      = moduleRoot + "/runtime"
	pkgApplyMeta     = runtimeRoot + "/applyconfigurations/meta/v1"
	PkgAPITest       = runtimeRoot + "/apitest"
	PkgCache         = runtimeRoot + "/cache"
	PkgCodec         = runtimeRoot + "/codec"
	PkgCodecMeta     = runtimeRoot + "/codec/metav1"
	PkgDiscovery     = runtimeRoot + "/discovery"
	PkgEncode        = runtimeRoot + "/codec/encode"
	PkgFakeDiscovery = runtimeRoot + "/discovery/fake"
	PkgFlowControl   = runtimeRoot + "/flowcontrol"
	PkgManagedFields = runtimeRoot + "/managedfields"
	PkgREST          = runtimeRoot + "/rest"
	PkgScan          = runtimeRoot + "/codec/scan"
	PkgFakes         = runtimeRoot + "/testing"
	PkgTyped         = runtimeRoot + "/typed"
	PkgTypedFake     = runtimeRoot + "/testing/typedfake"
)

// Aliases is the table of the names under which emitted files import those packages. For all other packages see [Alias].
func Aliases() map[string]string {
	return map[string]string{
		PkgContext: "context",
		PkgErrors:  "errors",
		PkgFmt:     "fmt",
		PkgHTTP:    "http",
		PkgMaps:    "maps",
		PkgReflect: "reflect",
		PkgSlices:  "slices",
		PkgStrings: "strings",
		PkgSync:    "sync",
		PkgTesting: "testing",
		PkgTime:    "time",

		PkgLabels:      "labels",
		PkgMeta:        "metav1",
		PkgRuntime:     "runtime",
		PkgSchema:      "schema",
		PkgSerializer:  "serializer",
		PkgTypes:       "types",
		PkgUtilRuntime: "utilruntime",
		PkgWatch:       "watch",

		PkgMerge:      "managedfields",
		PkgMergeTyped: "typed",

		PkgAPITest:       "apitest",
		PkgCache:         "cache",
		PkgCodec:         "codec",
		PkgCodecMeta:     "codecmetav1",
		PkgDiscovery:     "discovery",
		PkgEncode:        "encode",
		PkgFakeDiscovery: "fakediscovery",
		PkgFlowControl:   "flowcontrol",
		PkgManagedFields: "managedfields",
		PkgREST:          "rest",
		PkgScan:          "scan",
		PkgFakes:         "clienttesting",
		PkgTyped:         "typed",
		PkgTypedFake:     "typedfake",
	}
}

// versionFolder matches the last part of the path of a package of API types.
var versionFolder = regexp.MustCompile(`^v[0-9]+((alpha|beta)[0-9]+)?$`)

// Alias is the name under which emitted files import a package of the model: "fleetv1" for a package of the input, "corev1"
// for a package of another API, by its last two folders, and the package's own name for all others.
func Alias(p *model.Package) string {
	if p.Alias != "" {
		return p.Alias
	}
	if p.Version != nil && p.Version.Group.GoName != "" {
		return versionAlias(p.Version)
	}
	if base := path.Base(p.Path); versionFolder.MatchString(base) {
		return plainLetters(path.Base(path.Dir(p.Path))) + base
	}
	return p.Name
}

// versionAlias is the name for the types of a group-version, such as "fleetv1".
func versionAlias(v *model.Version) string { return strings.ToLower(v.GroupGoName()) }

// ViewsAlias is the name for the clients of a version's views, such as "viewscorev1".
func ViewsAlias(v *model.Version) string { return "views" + versionAlias(v) }

// plainLetters drops what an identifier cannot begin with.
func plainLetters(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToLower(s))
	return strings.TrimLeftFunc(s, unicode.IsDigit)
}
