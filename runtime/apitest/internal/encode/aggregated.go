package encode

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// serveAggregated answers with all groups in one document if the client prefers that (KEP-3352), and reports whether it did.
func (d *Documents) serveAggregated(w http.ResponseWriter, req *http.Request, path string) bool {
	for clause := range strings.SplitSeq(req.Header.Get("Accept"), ",") {
		media, params, err := mime.ParseMediaType(strings.TrimSpace(clause))
		if err != nil || media != MediaJSON {
			continue
		}
		if params["g"] != "apidiscovery.k8s.io" || params["as"] != "APIGroupDiscoveryList" {
			return false // the client prefers plain JSON
		}
		if params["v"] != "v2" && params["v"] != "v2beta1" {
			continue
		}
		document := map[string]any{
			"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/" + params["v"], "metadata": map[string]any{},
			"items": d.aggregated(path == "api"),
		}
		data, err := json.Marshal(document)
		if err != nil {
			return false
		}
		w.Header().Set("Vary", "Accept")
		WriteBytes(w, http.StatusOK, MediaJSON+";g=apidiscovery.k8s.io;v="+params["v"]+";as=APIGroupDiscoveryList", data)
		return true
	}
	return false
}

// aggregated returns groups with all their resources: the core group, which has no name, or all others.
func (d *Documents) aggregated(core bool) []any {
	items := []any{}
	groups := d.groups()
	if core {
		groups = []metav1.APIGroup{{Versions: []metav1.GroupVersionForDiscovery{{GroupVersion: "v1", Version: "v1"}}}}
	}
	resources := d.registry.Now()
	for _, group := range groups {
		versions := []any{}
		for _, v := range group.Versions {
			list := []any{}
			for _, r := range resources.All() {
				if r.Group == group.Name && r.Version == v.Version {
					list = append(list, aggregatedResource(r))
				}
			}
			versions = append(versions, map[string]any{"version": v.Version, "resources": list, "freshness": "Current"})
		}
		metadata := map[string]any{"creationTimestamp": nil}
		if group.Name != "" {
			metadata["name"] = group.Name
		}
		items = append(items, map[string]any{"metadata": metadata, "versions": versions})
	}
	return items
}

func aggregatedResource(r *kinds.Resource) map[string]any {
	scope := "Namespaced"
	if r.ClusterScoped {
		scope = "Cluster"
	}
	kind := func(group, version, kind string) map[string]any {
		return map[string]any{"group": group, "version": version, "kind": kind}
	}
	out := map[string]any{
		"resource": r.Name, "responseKind": kind(r.Group, r.Version, r.Kind), "scope": scope, "singularResource": r.Singular, "verbs": verbsOf(r),
	}
	if len(r.ShortNames) > 0 {
		out["shortNames"] = r.ShortNames
	}
	if len(r.Categories) > 0 {
		out["categories"] = r.Categories
	}
	var subs []any
	for _, sub := range subresourcesOf(r) {
		subs = append(subs, map[string]any{
			"subresource": sub.name, "responseKind": kind(sub.kind.Group, sub.kind.Version, sub.kind.Kind), "verbs": sub.verbs,
		})
	}
	if subs != nil {
		out["subresources"] = subs
	}
	return out
}
