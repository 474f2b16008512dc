package apitest

import (
	"net/http"
	"runtime"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
)

// serverVersion is the version of Kubernetes whose behaviour the server has.
const serverVersion = "v1.37.2"

// serveDiscovery answers requests for what the server is and has, and reports whether this was one.
func (s *Server) serveDiscovery(w http.ResponseWriter, req *http.Request) bool {
	document := s.discoveryDocument(strings.Split(strings.Trim(req.URL.Path, "/"), "/"))
	if document == nil {
		return false
	}
	_ = writeJSON(w, http.StatusOK, document)
	return true
}

func (s *Server) discoveryDocument(parts []string) any {
	switch {
	case len(parts) == 1 && parts[0] == "version":
		return versionInfo()
	case len(parts) == 1 && (parts[0] == "readyz" || parts[0] == "livez" || parts[0] == "healthz"):
		return "ok"
	case len(parts) == 1 && parts[0] == "api":
		return metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"}}
	case len(parts) == 1 && parts[0] == "apis":
		return metav1.APIGroupList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroupList"}, Groups: s.groups()}
	case len(parts) == 2 && parts[0] == "api":
		return s.resourceList(schema.GroupVersion{Version: parts[1]})
	case len(parts) == 2 && parts[0] == "apis":
		for _, group := range s.groups() {
			if group.Name == parts[1] {
				group.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroup"}
				return group
			}
		}
	case len(parts) == 3 && parts[0] == "apis":
		return s.resourceList(schema.GroupVersion{Group: parts[1], Version: parts[2]})
	}
	return nil
}

func versionInfo() version.Info {
	return version.Info{
		Major: "1", Minor: "37", GitVersion: serverVersion,
		GoVersion: runtime.Version(), Compiler: runtime.Compiler, Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
}

// groups are the named groups, each with its versions, in the order of the resources.
func (s *Server) groups() []metav1.APIGroup {
	groups := []metav1.APIGroup{}
	for _, r := range s.resources {
		if r.Group == "" {
			continue
		}
		if n := len(groups); n == 0 || groups[n-1].Name != r.Group {
			groups = append(groups, metav1.APIGroup{Name: r.Group})
		}
		group := &groups[len(groups)-1]
		version := metav1.GroupVersionForDiscovery{GroupVersion: r.groupVersion().String(), Version: r.Version}
		if n := len(group.Versions); n == 0 || group.Versions[n-1] != version {
			group.Versions = append(group.Versions, version)
			group.PreferredVersion = version
		}
	}
	return groups
}

// resourceList is nil for a version that is not served.
func (s *Server) resourceList(gv schema.GroupVersion) any {
	list := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIResourceList"}, GroupVersion: gv.String()}
	for _, r := range s.resources {
		if r.groupVersion() != gv {
			continue
		}
		list.APIResources = append(list.APIResources, metav1.APIResource{
			Name: r.Name, SingularName: strings.ToLower(r.Kind), Namespaced: !r.ClusterScoped, Kind: r.Kind, ShortNames: r.ShortNames,
			Verbs: metav1.Verbs{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"},
		})
		if r.Status {
			list.APIResources = append(list.APIResources, metav1.APIResource{
				Name: r.Name + "/status", Namespaced: !r.ClusterScoped, Kind: r.Kind, Verbs: metav1.Verbs{"get", "patch", "update"},
			})
		}
	}
	if len(list.APIResources) == 0 {
		return nil
	}
	return list
}
