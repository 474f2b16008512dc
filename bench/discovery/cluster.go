package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	apidiscovery "k8s.io/api/apidiscovery/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// cluster serves discovery from prepared answers, and counts requests.
type cluster struct {
	groups     int
	aggregated bool
	requests   atomic.Int64
	plain      map[string][]byte // by path
	combined   map[string][]byte // by path
}

func groupName(i int) string { return fmt.Sprintf("g%03d.example.com", i) }

func newCluster(groups int, aggregated bool) *cluster {
	c := &cluster{groups: groups, aggregated: aggregated, plain: map[string][]byte{}, combined: map[string][]byte{}}
	set := func(answers map[string][]byte, path string, document any) {
		data, err := json.Marshal(document)
		if err != nil {
			panic(err) // of types that can be encoded
		}
		answers[path] = data
	}
	core := []apidiscovery.APIResourceDiscovery{resource("", "Pod", "pods"), resource("", "Service", "services")}
	set(c.plain, "/api", metav1.APIVersions{Versions: []string{"v1"}})
	set(c.plain, "/api/v1", resourceList("v1", core))
	set(c.combined, "/api", apidiscovery.APIGroupDiscoveryList{Items: []apidiscovery.APIGroupDiscovery{group("", core)}})
	list, all := metav1.APIGroupList{}, apidiscovery.APIGroupDiscoveryList{}
	for i := range groups {
		name := groupName(i)
		resources := []apidiscovery.APIResourceDiscovery{resource(name, "Thing", "things")}
		version := metav1.GroupVersionForDiscovery{GroupVersion: name + "/v1", Version: "v1"}
		list.Groups = append(list.Groups, metav1.APIGroup{Name: name, Versions: []metav1.GroupVersionForDiscovery{version}, PreferredVersion: version})
		all.Items = append(all.Items, group(name, resources))
		set(c.plain, "/apis/"+name+"/v1", resourceList(name+"/v1", resources))
	}
	set(c.plain, "/apis", list)
	set(c.combined, "/apis", all)
	return c
}

func group(name string, resources []apidiscovery.APIResourceDiscovery) apidiscovery.APIGroupDiscovery {
	return apidiscovery.APIGroupDiscovery{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Versions: []apidiscovery.APIVersionDiscovery{{
			Version: "v1", Freshness: apidiscovery.DiscoveryFreshnessCurrent, Resources: resources,
		}},
	}
}

func resource(group, kind, name string) apidiscovery.APIResourceDiscovery {
	return apidiscovery.APIResourceDiscovery{
		Resource: name, SingularResource: strings.ToLower(kind), Scope: apidiscovery.ScopeNamespace,
		ResponseKind: &metav1.GroupVersionKind{Group: group, Version: "v1", Kind: kind},
		Verbs:        []string{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"},
		Subresources: []apidiscovery.APISubresourceDiscovery{{
			Subresource: "status", Verbs: []string{"get", "patch", "update"},
			ResponseKind: &metav1.GroupVersionKind{Group: group, Version: "v1", Kind: kind},
		}},
	}
}

func resourceList(gv string, resources []apidiscovery.APIResourceDiscovery) metav1.APIResourceList {
	list := metav1.APIResourceList{GroupVersion: gv}
	for _, r := range resources {
		list.APIResources = append(list.APIResources,
			metav1.APIResource{Name: r.Resource, SingularName: r.SingularResource, Namespaced: true, Kind: r.ResponseKind.Kind, Verbs: r.Verbs},
			metav1.APIResource{Name: r.Resource + "/status", Namespaced: true, Kind: r.ResponseKind.Kind, Verbs: r.Subresources[0].Verbs})
	}
	return list
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	c.requests.Add(1)
	contentType, answers := "application/json", c.plain
	if c.aggregated && c.combined[req.URL.Path] != nil && strings.Contains(req.Header.Get("Accept"), "as=APIGroupDiscoveryList") {
		contentType, answers = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", c.combined
	}
	answer, ok := answers[req.URL.Path]
	if !ok {
		http.NotFound(w, req)
		return
	}
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write(answer)
}
