package discovery

import (
	apidiscovery "k8s.io/api/apidiscovery/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// SplitGroupsAndResources splits an aggregated discovery document into its groups, the resources of each group-version,
// and an error for each group-version that the server marks as stale. A group omits its stale versions; the first of
// the others is the preferred one.
func SplitGroupsAndResources(aggregatedGroups apidiscovery.APIGroupDiscoveryList) (
	*metav1.APIGroupList,
	map[schema.GroupVersion]*metav1.APIResourceList,
	map[schema.GroupVersion]error,
) {
	groups := &metav1.APIGroupList{Groups: make([]metav1.APIGroup, 0, len(aggregatedGroups.Items))}
	resources := make(map[schema.GroupVersion]*metav1.APIResourceList)
	failed := make(map[schema.GroupVersion]error)
	for _, item := range aggregatedGroups.Items {
		group := metav1.APIGroup{Name: item.Name}
		for _, v := range item.Versions {
			gv := schema.GroupVersion{Group: item.Name, Version: v.Version}
			if v.Freshness == apidiscovery.DiscoveryFreshnessStale {
				failed[gv] = StaleGroupVersionError{gv: gv}
				continue
			}
			group.Versions = append(group.Versions, metav1.GroupVersionForDiscovery{GroupVersion: gv.String(), Version: v.Version})
			resources[gv] = &metav1.APIResourceList{GroupVersion: gv.String(), APIResources: flatten(v.Resources)}
		}
		if len(group.Versions) > 0 {
			group.PreferredVersion = group.Versions[0]
		}
		groups.Groups = append(groups.Groups, group)
	}
	return groups, resources, failed
}

// flatten lists resources and their subresources, each after its resource. It omits those without a kind: a resource
// may exist only for a subresource.
func flatten(in []apidiscovery.APIResourceDiscovery) []metav1.APIResource {
	var out []metav1.APIResource
	for _, r := range in {
		namespaced := r.Scope == apidiscovery.ScopeNamespace
		if kind, ok := kindOf(r.ResponseKind); ok {
			out = append(out, metav1.APIResource{
				Name:         r.Resource,
				SingularName: r.SingularResource,
				Namespaced:   namespaced,
				Group:        kind.Group,
				Version:      kind.Version,
				Kind:         kind.Kind,
				Verbs:        r.Verbs,
				ShortNames:   r.ShortNames,
				Categories:   r.Categories,
			})
		}
		for _, sub := range r.Subresources {
			if kind, ok := kindOf(sub.ResponseKind); ok {
				out = append(out, metav1.APIResource{
					Name:         r.Resource + "/" + sub.Subresource,
					SingularName: r.SingularResource,
					Namespaced:   namespaced,
					Group:        kind.Group,
					Version:      kind.Version,
					Kind:         kind.Kind,
					Verbs:        sub.Verbs,
				})
			}
		}
	}
	return out
}

func kindOf(kind *metav1.GroupVersionKind) (metav1.GroupVersionKind, bool) {
	if kind == nil || *kind == (metav1.GroupVersionKind{}) {
		return metav1.GroupVersionKind{}, false
	}
	return *kind, true
}
