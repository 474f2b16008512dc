package templates

import (
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// The packages that emitted code names, whatever it is emitted from.
const (
	pkgContext = "context"
	pkgErrors  = "errors"
	pkgFmt     = "fmt"
	pkgHTTP    = "net/http"
	pkgMaps    = "maps"
	pkgReflect = "reflect"
	pkgSlices  = "slices"
	pkgStrings = "strings"
	pkgSync    = "sync"
	pkgTesting = "testing"
	pkgTime    = "time"

	pkgLabels      = "k8s.io/apimachinery/pkg/labels"
	pkgMeta        = "k8s.io/apimachinery/pkg/apis/meta/v1"
	pkgRuntime     = "k8s.io/apimachinery/pkg/runtime"
	pkgSchema      = "k8s.io/apimachinery/pkg/runtime/schema"
	pkgSerializer  = "k8s.io/apimachinery/pkg/runtime/serializer"
	pkgTypes       = "k8s.io/apimachinery/pkg/types"
	pkgUtilRuntime = "k8s.io/apimachinery/pkg/util/runtime"
	pkgWatch       = "k8s.io/apimachinery/pkg/watch"

	pkgMerge      = "k8s.io/apimachinery/pkg/util/managedfields"
	pkgMergeTyped = "sigs.k8s.io/structured-merge-diff/v6/typed"

	moduleRoot       = "github.com/typewright/typewright"
	runtimeRoot      = moduleRoot + "/runtime"
	pkgAPITest       = runtimeRoot + "/apitest"
	pkgCache         = runtimeRoot + "/cache"
	pkgCodec         = runtimeRoot + "/codec"
	pkgCodecMeta     = runtimeRoot + "/codec/metav1"
	pkgDiscovery     = runtimeRoot + "/discovery"
	pkgFakeDiscovery = runtimeRoot + "/discovery/fake"
	pkgFlowControl   = runtimeRoot + "/flowcontrol"
	pkgManagedFields = runtimeRoot + "/managedfields"
	pkgREST          = runtimeRoot + "/rest"
	pkgScan          = runtimeRoot + "/codec/scan"
	pkgFakes         = runtimeRoot + "/testing"
	pkgTyped         = runtimeRoot + "/typed"
	pkgTypedFake     = runtimeRoot + "/testing/typedfake"
)

// aliases is the table of names under which those packages are imported. For all other packages see [aliasOf].
func aliases() map[string]string {
	return map[string]string{
		pkgContext: "context",
		pkgErrors:  "errors",
		pkgFmt:     "fmt",
		pkgHTTP:    "http",
		pkgMaps:    "maps",
		pkgReflect: "reflect",
		pkgSlices:  "slices",
		pkgStrings: "strings",
		pkgSync:    "sync",
		pkgTesting: "testing",
		pkgTime:    "time",

		pkgLabels:      "labels",
		pkgMeta:        "metav1",
		pkgRuntime:     "runtime",
		pkgSchema:      "schema",
		pkgSerializer:  "serializer",
		pkgTypes:       "types",
		pkgUtilRuntime: "utilruntime",
		pkgWatch:       "watch",

		pkgMerge:      "managedfields",
		pkgMergeTyped: "typed",

		pkgAPITest:       "apitest",
		pkgCache:         "cache",
		pkgCodec:         "codec",
		pkgCodecMeta:     "codecmetav1",
		pkgDiscovery:     "discovery",
		pkgFakeDiscovery: "fakediscovery",
		pkgFlowControl:   "flowcontrol",
		pkgManagedFields: "managedfields",
		pkgREST:          "rest",
		pkgScan:          "scan",
		pkgFakes:         "clienttesting",
		pkgTyped:         "typed",
		pkgTypedFake:     "typedfake",
	}
}

// importAs makes f import the package under that name. The alias is left out of the import where it says nothing new.
func importAs(f *jen.File, pkg, alias string) {
	if path.Base(pkg) == alias {
		f.ImportName(pkg, alias)
	} else {
		f.ImportAlias(pkg, alias)
	}
}

// versionFolder matches the last part of the path of a package of API types.
var versionFolder = regexp.MustCompile(`^v[0-9]+((alpha|beta)[0-9]+)?$`)

// importPackage makes f import a package of the model. Where the name says something else than the package's own one, it
// stands in the import even if the path ends in it.
func importPackage(f *jen.File, p *model.Package) {
	if alias := aliasOf(p); alias == p.Name {
		importAs(f, p.Path, alias)
	} else {
		f.ImportAlias(p.Path, alias)
	}
}

// aliasOf is the name under which a package of the model is imported: for one of the input "fleetv1", for another API
// what its folders make of it, such as "corev1", and for anything else the package's own name.
func aliasOf(p *model.Package) string {
	if p.Version != nil && p.Version.Group.GoName != "" {
		return versionAlias(p.Version)
	}
	if base := path.Base(p.Path); versionFolder.MatchString(base) {
		return plainLetters(path.Base(path.Dir(p.Path))) + base
	}
	return p.Name
}

// versionAlias names the types of a group-version, such as "fleetv1".
func versionAlias(v *model.Version) string { return strings.ToLower(v.GroupGoName()) }

// plainLetters drops what cannot stand at the beginning of an identifier.
func plainLetters(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToLower(s))
	return strings.TrimLeftFunc(s, unicode.IsDigit)
}
