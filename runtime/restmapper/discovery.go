package restmapper

import (
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
)

// APIGroupResources is a group with its resources by version, without the versions for which discovery failed.
type APIGroupResources struct {
	Group              metav1.APIGroup
	VersionedResources map[string][]metav1.APIResource
}

// GetAPIGroupResources is GetAPIGroupResourcesWithContext with an empty context.
func GetAPIGroupResources(cl discovery.DiscoveryInterface) ([]*APIGroupResources, error) {
	return GetAPIGroupResourcesWithContext(context.Background(), discovery.ToDiscoveryInterfaceWithContext(cl))
}

// GetAPIGroupResourcesWithContext fetches all groups and resources. It omits group-versions for which discovery failed,
// and returns no error for them: a mapper for the others is still useful.
func GetAPIGroupResourcesWithContext(ctx context.Context, cl discovery.DiscoveryInterfaceWithContext) ([]*APIGroupResources, error) {
	groups, lists, err := cl.ServerGroupsAndResourcesWithContext(ctx)
	if groups == nil || lists == nil {
		return nil, err
	}
	resources := make(map[string][]metav1.APIResource, len(lists))
	for _, list := range lists {
		resources[list.GroupVersion] = list.APIResources
	}
	var result []*APIGroupResources
	for _, group := range groups {
		found := &APIGroupResources{Group: *group, VersionedResources: make(map[string][]metav1.APIResource)}
		for _, v := range group.Versions {
			if list, ok := resources[v.GroupVersion]; ok {
				found.VersionedResources[v.Version] = list
			}
		}
		result = append(result, found)
	}
	return result, nil
}

// NewDiscoveryRESTMapper returns a mapper for the groups, in order of priority: if a name matches resources of several
// groups, the first group wins, and within a group its preferred version. "v1" of the core group always comes first.
func NewDiscoveryRESTMapper(groupResources []*APIGroupResources) meta.RESTMapper {
	mappers, resources, kinds := newMappers(groupResources)
	delegate := make(meta.MultiRESTMapper, 0, len(mappers))
	for _, mapper := range mappers {
		delegate = append(delegate, mapper)
	}
	return &meta.PriorityRESTMapper{Delegate: delegate, ResourcePriority: resources, KindPriority: kinds}
}

// NewDiscoveryRESTMapperWithContext is NewDiscoveryRESTMapper with contexts.
func NewDiscoveryRESTMapperWithContext(groupResources []*APIGroupResources) meta.RESTMapperWithContext {
	mappers, resources, kinds := newMappers(groupResources)
	delegate := make(meta.MultiRESTMapperWithContext, 0, len(mappers))
	for _, mapper := range mappers {
		delegate = append(delegate, mapper)
	}
	return &meta.PriorityRESTMapperWithContext{Delegate: delegate, ResourcePriority: resources, KindPriority: kinds}
}

// newMappers returns a mapper for each group-version, and the patterns that choose among several matches: the versions
// of each group, and after them the groups.
func newMappers(groups []*APIGroupResources) ([]*meta.DefaultRESTMapper, []schema.GroupVersionResource, []schema.GroupVersionKind) {
	var mappers []*meta.DefaultRESTMapper
	priorities := []schema.GroupVersion{{Version: "v1"}}
	for _, group := range groups {
		for _, version := range versionsOf(group) {
			priorities = append(priorities, schema.GroupVersion{Group: group.Group.Name, Version: version})
		}
		for _, v := range group.Group.Versions {
			if resources, ok := group.VersionedResources[v.Version]; ok {
				mappers = append(mappers, newMapper(schema.GroupVersion{Group: group.Group.Name, Version: v.Version}, resources))
			}
		}
	}
	for _, group := range groups {
		priorities = append(priorities, schema.GroupVersion{Group: group.Group.Name, Version: meta.AnyVersion})
	}
	resources := make([]schema.GroupVersionResource, 0, len(priorities))
	kinds := make([]schema.GroupVersionKind, 0, len(priorities))
	for _, gv := range priorities {
		resources = append(resources, gv.WithResource(meta.AnyResource))
		kinds = append(kinds, gv.WithKind(meta.AnyKind))
	}
	return mappers, resources, kinds
}

// versionsOf returns the versions with resources, the preferred one first.
func versionsOf(group *APIGroupResources) []string {
	versions := make([]string, 0, len(group.Group.Versions)+1)
	versions = append(versions, group.Group.PreferredVersion.Version)
	for _, v := range group.Group.Versions {
		if v.Version != group.Group.PreferredVersion.Version {
			versions = append(versions, v.Version)
		}
	}
	return slices.DeleteFunc(versions, func(version string) bool {
		_, ok := group.VersionedResources[version]
		return !ok
	})
}

// newMapper returns a mapper for one group-version. It also maps each kind in lower case, and the list of each kind.
func newMapper(gv schema.GroupVersion, resources []metav1.APIResource) *meta.DefaultRESTMapper {
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{gv})
	for _, resource := range resources {
		if strings.Contains(resource.Name, "/") {
			continue
		}
		scope := meta.RESTScopeRoot
		if resource.Namespaced {
			scope = meta.RESTScopeNamespace
		}
		kind := gv.WithKind(resource.Kind)
		plural, singular := gv.WithResource(resource.Name), gv.WithResource(resource.SingularName)
		if resource.SingularName == "" {
			// Old servers do not return it.
			_, singular = meta.UnsafeGuessKindToResource(kind)
		}
		mapper.AddSpecific(gv.WithKind(strings.ToLower(resource.Kind)), plural, singular, scope)
		mapper.AddSpecific(kind, plural, singular, scope)
		mapper.Add(gv.WithKind(resource.Kind+"List"), scope)
	}
	mapper.Add(gv.WithKind("List"), meta.RESTScopeRoot)
	return mapper
}
