package serve

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

func compareVersions(a, b string) int { return version.CompareKubeAwareVersionStrings(a, b) }

// verbsOf are what can be done with a resource.
func verbsOf(r *kinds.Resource) metav1.Verbs {
	if r.CreateOnly {
		return metav1.Verbs{"create"}
	}
	if r.Definition != "" {
		return metav1.Verbs{"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"}
	}
	if isNamespaces(r) {
		return metav1.Verbs{"create", "delete", "get", "list", "patch", "update", "watch"}
	}
	return metav1.Verbs{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}
}

// storageHash tells storage versions apart, as the real server's does.
func storageHash(r *kinds.Resource) string {
	if r.CreateOnly {
		return ""
	}
	sum := sha256.Sum256([]byte(r.Group + "/" + r.Version + "/" + r.Kind))
	return base64.StdEncoding.EncodeToString(sum[:8])
}

// served is a subresource as discovery shows it.
type served struct {
	name  string
	kind  schema.GroupVersionKind
	verbs metav1.Verbs
}

func (s served) group(r *kinds.Resource) string {
	if s.kind.GroupVersion() == r.GroupVersion() {
		return ""
	}
	return s.kind.Group
}

func (s served) version(r *kinds.Resource) string {
	if s.kind.GroupVersion() == r.GroupVersion() {
		return ""
	}
	return s.kind.Version
}

var changeVerbs = metav1.Verbs{"get", "patch", "update"}

// subresourcesOf are a resource's subresources in the order of their names.
func subresourcesOf(r *kinds.Resource) (all []served) {
	if r.Status {
		all = append(all, served{"status", r.GroupVersionKind, changeVerbs})
	}
	if r.Scale != nil {
		all = append(all, served{"scale", scaleKind, changeVerbs})
	}
	core := schema.GroupVersion{Version: "v1"}
	for _, name := range r.Subresources {
		sub := served{name, r.GroupVersionKind, changeVerbs}
		switch name {
		case "binding":
			sub.kind, sub.verbs = core.WithKind("Binding"), metav1.Verbs{"create"}
		case "eviction":
			sub.kind, sub.verbs = schema.GroupVersionKind{Group: "policy", Version: "v1", Kind: "Eviction"}, metav1.Verbs{"create"}
		case "token":
			sub.kind, sub.verbs = schema.GroupVersionKind{Group: "authentication.k8s.io", Version: "v1", Kind: "TokenRequest"}, metav1.Verbs{"create"}
		case "finalize":
			sub.verbs = metav1.Verbs{"update"}
		case "log":
			sub.verbs = metav1.Verbs{"get"}
		case "attach", "exec", "portforward", "proxy":
			continue // there are no containers
		}
		all = append(all, sub)
	}
	if r.Definition != "" {
		return all
	}
	slices.SortFunc(all, func(a, b served) int { return slices.Compare([]byte(a.name), []byte(b.name)) })
	return all
}
