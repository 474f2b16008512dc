package plan

import (
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/typewright/typewright/gen/model"
)

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
