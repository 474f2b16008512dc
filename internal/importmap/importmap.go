// Package importmap is the rule by which packages of client-go become ours: what docs/migration.md tells as a table. The command
// that rewrites imports, the stand-in for client-go and the tests that compare the two follow it.
package importmap

import (
	"path"
	"strings"
)

// The import paths below which the packages lie.
const (
	ClientGo   = "k8s.io/client-go"
	Typewright = "github.com/typewright/typewright"
	Runtime    = Typewright + "/runtime"
	Kubernetes = Typewright + "/generated/kubernetes" // a module of its own
)

// moved returns the folders of client-go whose counterpart does not follow from the rules of Folder. Those below them move with
// them, but for those of the list. An empty path says that there is none.
func moved() map[string]string {
	return map[string]string{
		"applyconfigurations/meta/v1":   Runtime + "/applyconfigurations/meta/v1",
		"pkg/version":                   Runtime + "/version",
		"pkg/apis/clientauthentication": Runtime + "/clientauthentication",
		"plugin/pkg/client/auth":        Runtime + "/auth/plugins",
		"plugin/pkg/client/auth/azure":  Runtime + "/auth/azure",
		"plugin/pkg/client/auth/exec":   Runtime + "/auth/exec",
		"plugin/pkg/client/auth/gcp":    Runtime + "/auth/gcp",
		"plugin/pkg/client/auth/oidc":   Runtime + "/auth/oidc",
		"third_party":                   "",
		"util/testing":                  "", // not the package testing
	}
}

// Folder returns the import path of our package for a folder of client-go: generated code lies below generated/kubernetes, the rest
// below runtime, without tools/ and util/. It is empty where there is none by rule; that a package exists is not looked up.
func Folder(folder string) string {
	to := moved()
	for from := folder; from != "."; from = path.Dir(from) {
		if ours, ok := to[from]; ok {
			if ours == "" {
				return ""
			}
			return ours + strings.TrimPrefix(folder, from)
		}
	}
	first, below, nested := strings.Cut(folder, "/")
	switch {
	case first == "kubernetes":
		return strings.TrimSuffix(Kubernetes+"/"+below, "/")
	case first == "informers", first == "applyconfigurations", first == "listers" && nested:
		return Kubernetes + "/" + folder
	case first == "tools", first == "util":
		return Runtime + "/" + below
	default:
		return Runtime + "/" + folder
	}
}

// Path returns the import path of our package for an import path of client-go, and whether there is one by rule.
func Path(imported string) (ours string, ok bool) {
	folder, isTheirs := strings.CutPrefix(imported, ClientGo+"/")
	if !isTheirs {
		return "", false
	}
	ours = Folder(folder)
	return ours, ours != ""
}
