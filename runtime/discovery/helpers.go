package discovery

import (
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
)

// IsResourceEnabled reports whether the server has a resource in that group and version, with one request. If the
// server does not have the group-version, the result is false without an error.
func IsResourceEnabled(client DiscoveryInterface, resourceToCheck schema.GroupVersionResource) (bool, error) {
	list, err := client.ServerResourcesForGroupVersion(resourceToCheck.GroupVersion().String())
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(list.APIResources, func(resource metav1.APIResource) bool {
		return resource.Name == resourceToCheck.Resource
	}), nil
}

// MatchesServerVersion returns an error unless the server was built from exactly the client's version: git version,
// commit and tree state.
func MatchesServerVersion(clientVersion version.Info, client DiscoveryInterface) error {
	server, err := client.ServerVersion()
	if err != nil {
		return fmt.Errorf("couldn't read version from server: %w", err)
	}
	if clientVersion.GitVersion != server.GitVersion ||
		clientVersion.GitCommit != server.GitCommit ||
		clientVersion.GitTreeState != server.GitTreeState {
		return fmt.Errorf("server version (%#v) differs from client version (%#v)", server, clientVersion)
	}
	return nil
}

// ServerSupportsVersion returns an error unless the server has the group-version. It accepts a server that lists no
// group-versions, as some do for clients without permission.
func ServerSupportsVersion(client DiscoveryInterface, requiredGV schema.GroupVersion) error {
	groups, err := client.ServerGroups()
	if err != nil {
		return err
	}
	versions := metav1.ExtractGroupVersions(groups)
	if len(versions) == 0 || slices.Contains(versions, requiredGV.String()) {
		return nil
	}
	return fmt.Errorf("server does not support API version %q", requiredGV)
}

// GroupVersionResources returns the set of all resources in the lists, or an error if a list has a malformed
// group-version.
func GroupVersionResources(rls []*metav1.APIResourceList) (map[schema.GroupVersionResource]struct{}, error) {
	set := make(map[schema.GroupVersionResource]struct{})
	for _, list := range rls {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, err
		}
		for i := range list.APIResources {
			set[gv.WithResource(list.APIResources[i].Name)] = struct{}{}
		}
	}
	return set, nil
}

// FilteredBy returns copies of the lists with the matching resources, without lists that become empty.
func FilteredBy(pred ResourcePredicate, rls []*metav1.APIResourceList) []*metav1.APIResourceList {
	result := []*metav1.APIResourceList{}
	for _, list := range rls {
		filtered := *list
		filtered.APIResources = nil
		for i := range list.APIResources {
			if pred.Match(list.GroupVersion, &list.APIResources[i]) {
				filtered.APIResources = append(filtered.APIResources, list.APIResources[i])
			}
		}
		if filtered.APIResources != nil {
			result = append(result, &filtered)
		}
	}
	return result
}

// ResourcePredicate selects resources.
type ResourcePredicate interface {
	// Match reports whether to select the resource of that group-version.
	Match(groupVersion string, r *metav1.APIResource) bool
}

// ResourcePredicateFunc implements [ResourcePredicate] with a function.
type ResourcePredicateFunc func(groupVersion string, r *metav1.APIResource) bool

// Match calls the function.
func (fn ResourcePredicateFunc) Match(groupVersion string, r *metav1.APIResource) bool {
	return fn(groupVersion, r)
}

// SupportsAllVerbs selects resources that have all of the verbs.
type SupportsAllVerbs struct {
	// Verbs are API verbs, such as "list" and "watch".
	Verbs []string
}

// Match reports whether the resource has all the verbs.
func (p SupportsAllVerbs) Match(_ string, r *metav1.APIResource) bool {
	return !slices.ContainsFunc(p.Verbs, func(verb string) bool { return !slices.Contains(r.Verbs, verb) })
}
