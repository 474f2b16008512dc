// Package discoverytest is an API server that can be discovered and does nothing else, for the tests of the packages that discover: it
// counts requests and fails where it is told to.
package discoverytest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	apidiscovery "k8s.io/api/apidiscovery/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/rest"
)

// Version is a group-version with its resources.
type Version struct {
	schema.GroupVersion

	Resources []metav1.APIResource
}

// Server answers discovery requests. Its exported fields must not change while requests are under way.
type Server struct {
	// Versions in the order of the server's preference; versions of one group stand together.
	Versions []Version
	// Legacy leaves the aggregated documents out.
	Legacy bool
	// Down names group-versions that cannot be told about at the moment.
	Down map[schema.GroupVersion]bool
	// Handle answers other paths than those of groups and resources; may be nil.
	Handle http.HandlerFunc

	lock     sync.Mutex
	requests []string
}

// Start serves until the test ends and returns a configuration for it.
func (s *Server) Start(t testing.TB) *rest.Config {
	t.Helper()
	return Serve(t, s)
}

// Serve serves a handler until the test ends and returns a configuration for it.
func Serve(t testing.TB, handler http.Handler) *rest.Config {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return &rest.Config{Host: server.URL, QPS: -1}
}

// Requests returns the paths that were asked for since the last call, in order.
func (s *Server) Requests() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	requests := s.requests
	s.requests = nil
	slices.Sort(requests)
	return requests
}

func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.lock.Lock()
	s.requests = append(s.requests, req.URL.Path)
	s.lock.Unlock()
	aggregated := !s.Legacy && strings.Contains(req.Header.Get("Accept"), "as=APIGroupDiscoveryList")
	switch path := strings.Split(strings.Trim(req.URL.Path, "/"), "/"); {
	case req.URL.Path == "/api" && aggregated:
		s.writeAggregated(w, func(group string) bool { return group == "" })
	case req.URL.Path == "/apis" && aggregated:
		s.writeAggregated(w, func(group string) bool { return group != "" })
	case req.URL.Path == "/api":
		s.write(w, &metav1.APIVersions{Versions: s.versionsOf("")})
	case req.URL.Path == "/apis":
		s.write(w, s.groups())
	case len(path) == 2 && path[0] == "api":
		s.writeResources(w, schema.GroupVersion{Version: path[1]})
	case len(path) == 3 && path[0] == "apis":
		s.writeResources(w, schema.GroupVersion{Group: path[1], Version: path[2]})
	case s.Handle != nil:
		s.Handle(w, req)
	default:
		http.NotFound(w, req)
	}
}

func (s *Server) versionsOf(group string) []string {
	var versions []string
	for _, v := range s.Versions {
		if v.Group == group {
			versions = append(versions, v.Version)
		}
	}
	return versions
}

func (s *Server) groups() *metav1.APIGroupList {
	list := &metav1.APIGroupList{}
	for _, v := range s.Versions {
		if v.Group == "" {
			continue
		}
		gv := metav1.GroupVersionForDiscovery{GroupVersion: v.GroupVersion.String(), Version: v.Version}
		if n := len(list.Groups); n == 0 || list.Groups[n-1].Name != v.Group {
			list.Groups = append(list.Groups, metav1.APIGroup{Name: v.Group, PreferredVersion: gv})
		}
		group := &list.Groups[len(list.Groups)-1]
		group.Versions = append(group.Versions, gv)
	}
	return list
}

func (s *Server) writeResources(w http.ResponseWriter, gv schema.GroupVersion) {
	if s.Down[gv] {
		http.Error(w, "the aggregated server is down", http.StatusServiceUnavailable)
		return
	}
	for _, v := range s.Versions {
		if v.GroupVersion == gv {
			s.write(w, &metav1.APIResourceList{GroupVersion: gv.String(), APIResources: v.Resources})
			return
		}
	}
	http.Error(w, "no such version", http.StatusNotFound)
}

func (s *Server) write(w http.ResponseWriter, obj any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(obj)
}

func (s *Server) writeAggregated(w http.ResponseWriter, wanted func(string) bool) {
	list := apidiscovery.APIGroupDiscoveryList{}
	for _, v := range s.Versions {
		if !wanted(v.Group) {
			continue
		}
		if n := len(list.Items); n == 0 || list.Items[n-1].Name != v.Group {
			list.Items = append(list.Items, apidiscovery.APIGroupDiscovery{ObjectMeta: metav1.ObjectMeta{Name: v.Group}})
		}
		group := &list.Items[len(list.Items)-1]
		version := apidiscovery.APIVersionDiscovery{Version: v.Version, Freshness: apidiscovery.DiscoveryFreshnessCurrent}
		if s.Down[v.GroupVersion] {
			version.Freshness = apidiscovery.DiscoveryFreshnessStale
		}
		version.Resources = nest(v.Resources)
		group.Versions = append(group.Versions, version)
	}
	w.Header().Set("Content-Type", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
	_ = json.NewEncoder(w).Encode(list)
}

// nest puts subresources below their resources.
func nest(resources []metav1.APIResource) []apidiscovery.APIResourceDiscovery {
	var nested []apidiscovery.APIResourceDiscovery
	for _, r := range resources {
		kind := &metav1.GroupVersionKind{Group: r.Group, Version: r.Version, Kind: r.Kind}
		if _, sub, ok := strings.Cut(r.Name, "/"); ok {
			parent := &nested[len(nested)-1]
			parent.Subresources = append(parent.Subresources, apidiscovery.APISubresourceDiscovery{Subresource: sub, ResponseKind: kind, Verbs: r.Verbs})
			continue
		}
		scope := apidiscovery.ScopeCluster
		if r.Namespaced {
			scope = apidiscovery.ScopeNamespace
		}
		nested = append(nested, apidiscovery.APIResourceDiscovery{
			Resource: r.Name, SingularResource: r.SingularName, Scope: scope, ResponseKind: kind,
			Verbs: r.Verbs, ShortNames: r.ShortNames, Categories: r.Categories,
		})
	}
	return nested
}

// Cluster is a small cluster: the group without a name, two versions of a group, and a group of its own.
func Cluster() []Version {
	core := schema.GroupVersion{Version: "v1"}
	appsV1 := schema.GroupVersion{Group: "apps", Version: "v1"}
	appsV1beta1 := schema.GroupVersion{Group: "apps", Version: "v1beta1"}
	metrics := schema.GroupVersion{Group: "metrics.example.com", Version: "v1alpha1"}
	return []Version{
		{core, []metav1.APIResource{
			Resource(core, "Pod", "pods", true),
			Resource(core, "Pod", "pods/status", true),
			Resource(core, "Node", "nodes", false),
		}},
		{appsV1, []metav1.APIResource{
			Resource(appsV1, "Deployment", "deployments", true),
			Resource(schema.GroupVersion{Group: "autoscaling", Version: "v1"}, "Scale", "deployments/scale", true),
		}},
		{appsV1beta1, []metav1.APIResource{
			Resource(appsV1beta1, "Deployment", "deployments", true),
			Resource(appsV1beta1, "Legacy", "legacies", false),
		}},
		{metrics, []metav1.APIResource{Resource(metrics, "Sample", "samples", true)}},
	}
}

// Resource describes a resource as servers do.
func Resource(gv schema.GroupVersion, kind, name string, namespaced bool) metav1.APIResource {
	return metav1.APIResource{
		Name: name, SingularName: strings.ToLower(kind), Namespaced: namespaced,
		Group: gv.Group, Version: gv.Version, Kind: kind, Verbs: metav1.Verbs{"get", "list", "watch"},
	}
}
