package serve

import (
	"net/http"
	"runtime"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kubeversion "k8s.io/apimachinery/pkg/version"
)

// serverVersion is the version of Kubernetes whose behaviour the server has.
const serverVersion = "v1.37.2"

// serveDiscovery answers requests for what the server is and has, and reports whether this was one.
func (a *API) serveDiscovery(w http.ResponseWriter, req *http.Request) bool {
	path := strings.Trim(req.URL.Path, "/")
	parts := strings.Split(path, "/")
	switch {
	case path == "readyz" || path == "livez" || path == "healthz":
		writeBytes(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok"))
		return true
	case path == "api" || path == "apis":
		if a.serveAggregated(w, req, path) {
			return true
		}
	case parts[0] == "openapi":
		return a.serveOpenAPI(w, req, parts)
	}
	document := a.discoveryDocument(parts)
	if document == nil {
		return false
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return false
	}
	_ = writeJSON(w, http.StatusOK, document)
	return true
}

func (a *API) discoveryDocument(parts []string) any {
	switch {
	case len(parts) == 1 && parts[0] == "":
		return map[string]any{"paths": []string{"/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"}}
	case len(parts) == 1 && parts[0] == "version":
		return versionInfo()
	case len(parts) == 1 && parts[0] == "api":
		return metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"}}
	case len(parts) == 1 && parts[0] == "apis":
		return metav1.APIGroupList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroupList"}, Groups: a.groups()}
	case len(parts) == 2 && parts[0] == "api":
		return a.resourceList(schema.GroupVersion{Version: parts[1]})
	case len(parts) == 2 && parts[0] == "apis":
		for _, group := range a.groups() {
			if group.Name == parts[1] {
				group.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroup"}
				return group
			}
		}
	case len(parts) == 3 && parts[0] == "apis":
		return a.resourceList(schema.GroupVersion{Group: parts[1], Version: parts[2]})
	}
	return nil
}

func versionInfo() kubeversion.Info {
	return kubeversion.Info{
		Major: "1", Minor: "37", GitVersion: serverVersion,
		GoVersion: runtime.Version(), Compiler: runtime.Compiler, Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
}

// groups are the named groups, each with its versions, the preferred one first.
func (a *API) groups() []metav1.APIGroup {
	groups := []metav1.APIGroup{}
	for _, r := range a.registry.Now().All() {
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
		slices.SortFunc(groups[i].Versions, func(a, b metav1.GroupVersionForDiscovery) int { return -compareVersions(a.Version, b.Version) })
		groups[i].PreferredVersion = groups[i].Versions[0]
	}
	return groups
}

// resourceList is nil for a version that is not served.
func (a *API) resourceList(gv schema.GroupVersion) any {
	list := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIResourceList"}, GroupVersion: gv.String()}
	for _, r := range a.registry.Now().OfGroupVersion(gv) {
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
