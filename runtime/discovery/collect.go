package discovery

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// parallel is how many requests for single group-versions may be in flight.
const parallel = 32

// maxGroupVersions limits the requests that one document of a server can cause. Large clusters have a few hundred
// group-versions.
const maxGroupVersions = 10_000

// ServerGroupsAndResources is ServerGroupsAndResourcesWithContext with an empty context.
func ServerGroupsAndResources(d DiscoveryInterface) ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	return ServerGroupsAndResourcesWithContext(context.Background(), ToDiscoveryInterfaceWithContext(d))
}

// ServerGroupsAndResourcesWithContext returns the groups and the resources of all their versions, in the server's
// order. It may return results together with an [ErrGroupDiscoveryFailed].
func ServerGroupsAndResourcesWithContext(ctx context.Context, d DiscoveryInterfaceWithContext) ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	found, err := collect(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	groups := make([]*metav1.APIGroup, 0, len(found.groups.Groups))
	for i := range found.groups.Groups {
		groups = append(groups, &found.groups.Groups[i])
	}
	resources := make([]*metav1.APIResourceList, 0, len(found.resources))
	for _, gv := range groupVersionsOf(found.groups) {
		if list, ok := found.resources[gv]; ok {
			resources = append(resources, list)
		}
	}
	return groups, resources, found.failure()
}

// ServerPreferredResources is ServerPreferredResourcesWithContext with an empty context.
func ServerPreferredResources(d DiscoveryInterface) ([]*metav1.APIResourceList, error) {
	return ServerPreferredResourcesWithContext(context.Background(), ToDiscoveryInterfaceWithContext(d))
}

// ServerPreferredResourcesWithContext returns every resource once: in its group's preferred version, or else in the
// first version that has it. It omits subresources. It returns one list for each group-version, even if it is empty, in
// the server's order, and may return them together with an [ErrGroupDiscoveryFailed].
func ServerPreferredResourcesWithContext(ctx context.Context, d DiscoveryInterfaceWithContext) ([]*metav1.APIResourceList, error) {
	found, err := collect(ctx, d)
	if err != nil {
		return nil, err
	}
	preferred := []*metav1.APIResourceList{}
	for i := range found.groups.Groups {
		preferred = append(preferred, preferredOf(&found.groups.Groups[i], found.resources)...)
	}
	return preferred, found.failure()
}

// preferredOf returns the resources of one group, each in its preferred version.
func preferredOf(group *metav1.APIGroup, resources map[schema.GroupVersion]*metav1.APIResourceList) []*metav1.APIResourceList {
	chosen := make(map[string]string) // version by resource
	eachResource(group, resources, func(version string, resource *metav1.APIResource) {
		if _, ok := chosen[resource.Name]; !ok || version == group.PreferredVersion.Version {
			chosen[resource.Name] = version
		}
	})
	var lists []*metav1.APIResourceList
	byVersion := make(map[string]*metav1.APIResourceList, len(group.Versions))
	for _, v := range group.Versions {
		if _, ok := resources[schema.GroupVersion{Group: group.Name, Version: v.Version}]; ok {
			list := &metav1.APIResourceList{GroupVersion: v.GroupVersion}
			byVersion[v.Version] = list
			lists = append(lists, list)
		}
	}
	eachResource(group, resources, func(version string, resource *metav1.APIResource) {
		if chosen[resource.Name] == version {
			list := byVersion[version]
			list.APIResources = append(list.APIResources, *resource)
		}
	})
	return lists
}

// eachResource calls visit with every resource of a group, version by version, without subresources.
func eachResource(group *metav1.APIGroup, resources map[schema.GroupVersion]*metav1.APIResourceList, visit func(version string, resource *metav1.APIResource)) {
	for _, v := range group.Versions {
		list, ok := resources[schema.GroupVersion{Group: group.Name, Version: v.Version}]
		if !ok {
			continue
		}
		for i := range list.APIResources {
			if resource := &list.APIResources[i]; !strings.Contains(resource.Name, "/") {
				visit(v.Version, resource)
			}
		}
	}
}

// ServerPreferredNamespacedResources is ServerPreferredNamespacedResourcesWithContext with an empty context.
func ServerPreferredNamespacedResources(d DiscoveryInterface) ([]*metav1.APIResourceList, error) {
	return ServerPreferredNamespacedResourcesWithContext(context.Background(), ToDiscoveryInterfaceWithContext(d))
}

// ServerPreferredNamespacedResourcesWithContext returns the namespaced ones of the preferred resources.
func ServerPreferredNamespacedResourcesWithContext(ctx context.Context, d DiscoveryInterfaceWithContext) ([]*metav1.APIResourceList, error) {
	all, err := ServerPreferredResourcesWithContext(ctx, d)
	namespaced := func(_ string, resource *metav1.APIResource) bool { return resource.Namespaced }
	return FilteredBy(ResourcePredicateFunc(namespaced), all), err
}

// collect fetches the groups and their resources with as few requests as the server allows.
func collect(ctx context.Context, d DiscoveryInterfaceWithContext) (groupDocument, error) {
	if err := ctx.Err(); err != nil {
		return groupDocument{}, err
	}
	var found groupDocument
	var err error
	if aggregated := asAggregated(d); aggregated != nil {
		found.groups, found.resources, found.failed, err = aggregated.GroupsAndMaybeResourcesWithContext(ctx)
	} else {
		found.groups, err = d.ServerGroupsWithContext(ctx)
		if found.groups != nil {
			err = nil // some caches return groups with an error; client-go uses them, too
		}
	}
	if err != nil {
		return groupDocument{}, err
	}
	if found.groups == nil {
		found.groups = &metav1.APIGroupList{}
	}
	if found.resources == nil {
		gvs := groupVersionsOf(found.groups)
		if len(gvs) > maxGroupVersions {
			return groupDocument{}, fmt.Errorf("the server lists %d group-versions; at most %d are fetched one by one", len(gvs), maxGroupVersions)
		}
		found.resources, found.failed = fetchResources(ctx, d, gvs)
	}
	return found, nil
}

func (g groupDocument) failure() error {
	if len(g.failed) == 0 {
		return nil
	}
	return &ErrGroupDiscoveryFailed{Groups: g.failed}
}

func asAggregated(d DiscoveryInterfaceWithContext) AggregatedDiscoveryInterfaceWithContext {
	switch d := d.(type) {
	case AggregatedDiscoveryInterfaceWithContext:
		return d
	case AggregatedDiscoveryInterface:
		return ToAggregatedDiscoveryInterfaceWithContext(d)
	default:
		return nil
	}
}

// fetchResources fetches the resources of each group-version with a request of its own.
func fetchResources(ctx context.Context, d DiscoveryInterfaceWithContext, gvs []schema.GroupVersion) (map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error) {
	var lock sync.Mutex
	resources := make(map[schema.GroupVersion]*metav1.APIResourceList, len(gvs))
	failed := make(map[schema.GroupVersion]error)
	var requests errgroup.Group
	requests.SetLimit(parallel)
	for _, gv := range gvs {
		requests.Go(func() error {
			list, err := d.ServerResourcesForGroupVersionWithContext(ctx, gv.String())
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				failed[gv] = err
			}
			if list != nil {
				// Some implementations return cached results together with the error.
				resources[gv] = list
			}
			return nil
		})
	}
	_ = requests.Wait() // no function returns an error
	return resources, failed
}
