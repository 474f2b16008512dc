package encode

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kubeversion "k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// serverVersion is the version of Kubernetes that the server behaves like.
const serverVersion = "v1.37.2"

// Documents describe a server and the resources of its registry: health, version, discovery and OpenAPI. They are safe for
// concurrent use.
type Documents struct {
	registry *kinds.Registry

	mu sync.Mutex
	// made are the OpenAPI documents of madeOf, by their path below /openapi/v3.
	made   map[string][]byte
	madeOf *kinds.Resources
}

// NewDocuments returns the documents of a registry, which may change.
func NewDocuments(registry *kinds.Registry) *Documents { return &Documents{registry: registry} }

// Serve answers a request for a document, and reports whether it was one.
func (d *Documents) Serve(w http.ResponseWriter, req *http.Request) bool {
	path := strings.Trim(req.URL.Path, "/")
	parts := strings.Split(path, "/")
	switch {
	case path == "readyz" || path == "livez" || path == "healthz":
		WriteBytes(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok"))
		return true
	case path == "api" || path == "apis":
		if d.serveAggregated(w, req, path) {
			return true
		}
	case parts[0] == "openapi":
		return d.serveOpenAPI(w, req, parts)
	}
	document := d.discoveryDocument(parts)
	if document == nil {
		return false
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return false
	}
	_ = WriteJSON(w, http.StatusOK, document)
	return true
}

// discoveryDocument returns the document at a path, nil if there is none.
func (d *Documents) discoveryDocument(parts []string) any {
	switch {
	case len(parts) == 1 && parts[0] == "":
		return map[string]any{"paths": []string{"/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"}}
	case len(parts) == 1 && parts[0] == "version":
		return versionInfo()
	case len(parts) == 1 && parts[0] == "api":
		return metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"}}
	case len(parts) == 1 && parts[0] == "apis":
		return metav1.APIGroupList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroupList"}, Groups: d.groups()}
	case len(parts) == 2 && parts[0] == "api":
		return d.resourceList(schema.GroupVersion{Version: parts[1]})
	case len(parts) == 2 && parts[0] == "apis":
		for _, group := range d.groups() {
			if group.Name == parts[1] {
				group.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroup"}
				return group
			}
		}
	case len(parts) == 3 && parts[0] == "apis":
		return d.resourceList(schema.GroupVersion{Group: parts[1], Version: parts[2]})
	}
	return nil
}

func versionInfo() kubeversion.Info {
	return kubeversion.Info{
		Major: "1", Minor: "37", GitVersion: serverVersion,
		GoVersion: runtime.Version(), Compiler: runtime.Compiler, Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
}

// groups returns the groups that have a name. Each has its versions, the preferred one first.
func (d *Documents) groups() []metav1.APIGroup {
	groups := []metav1.APIGroup{}
	for _, r := range d.registry.Now().All() {
		if r.Group == "" {
			continue
		}
		at := slices.IndexFunc(groups, func(g metav1.APIGroup) bool { return g.Name == r.Group })
		if at < 0 {
			at = len(groups)
			groups = append(groups, metav1.APIGroup{Name: r.Group})
		}
		version := metav1.GroupVersionForDiscovery{GroupVersion: r.GroupVersion().String(), Version: r.Version}
		if !slices.Contains(groups[at].Versions, version) {
			groups[at].Versions = append(groups[at].Versions, version)
		}
	}
	for i := range groups {
		slices.SortFunc(groups[i].Versions, func(a, b metav1.GroupVersionForDiscovery) int {
			return -kubeversion.CompareKubeAwareVersionStrings(a.Version, b.Version)
		})
		groups[i].PreferredVersion = groups[i].Versions[0]
	}
	return groups
}

// resourceList returns the resources of a version and their subresources, nil if the version is not served.
func (d *Documents) resourceList(gv schema.GroupVersion) any {
	list := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIResourceList"}, GroupVersion: gv.String()}
	for _, r := range d.registry.Now().OfGroupVersion(gv) {
		list.APIResources = append(list.APIResources, metav1.APIResource{
			Name: r.Name, SingularName: r.Singular, Namespaced: !r.ClusterScoped, Kind: r.Kind,
			ShortNames: r.ShortNames, Categories: r.Categories, Verbs: verbsOf(r), StorageVersionHash: storageHash(r),
		})
		for _, sub := range subresourcesOf(r) {
			list.APIResources = append(list.APIResources, metav1.APIResource{
				Name: r.Name + "/" + sub.name, Namespaced: !r.ClusterScoped, Kind: sub.kind.Kind, Group: sub.group(r), Version: sub.version(r), Verbs: sub.verbs,
			})
		}
	}
	if len(list.APIResources) == 0 {
		return nil
	}
	return list
}

// verbsOf returns the verbs that discovery shows for a resource, in the real server's order.
func verbsOf(r *kinds.Resource) metav1.Verbs {
	if r.CreateOnly {
		return metav1.Verbs{"create"}
	}
	if r.Definition != "" {
		return metav1.Verbs{"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"}
	}
	if builtin.IsNamespaces(r) {
		return metav1.Verbs{"create", "delete", "get", "list", "patch", "update", "watch"}
	}
	return metav1.Verbs{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}
}

// storageHash returns the real server's hash of the version in which objects are stored.
func storageHash(r *kinds.Resource) string {
	if r.CreateOnly {
		return ""
	}
	sum := sha256.Sum256([]byte(r.Group + "/" + r.Version + "/" + r.Kind))
	return base64.StdEncoding.EncodeToString(sum[:8])
}

// served is a subresource in discovery.
type served struct {
	name  string
	kind  schema.GroupVersionKind
	verbs metav1.Verbs
}

// group and version are empty if the subresource's kind has the resource's own group version.
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

// subresourcesOf returns the subresources that discovery shows, in the real server's order.
func subresourcesOf(r *kinds.Resource) (all []served) {
	changeVerbs := metav1.Verbs{"get", "patch", "update"}
	if r.Status {
		all = append(all, served{"status", r.GroupVersionKind, changeVerbs})
	}
	if r.Scale != nil {
		all = append(all, served{"scale", ScaleKind(), changeVerbs})
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
