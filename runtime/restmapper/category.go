package restmapper

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
)

// CategoryExpander expands a category, such as "all", to its resources.
type CategoryExpander interface {
	// Expand returns the resources of a category, and whether it exists.
	Expand(category string) ([]schema.GroupResource, bool)
}

// CategoryExpanderWithContext is [CategoryExpander] with a context.
type CategoryExpanderWithContext interface {
	// ExpandWithContext returns the resources of a category, and whether it exists.
	ExpandWithContext(ctx context.Context, category string) ([]schema.GroupResource, bool)
}

// ToCategoryExpanderWithContext returns the form with contexts of an expander: c itself if it has that form, otherwise
// an adapter that ignores the contexts, and nil for nil.
func ToCategoryExpanderWithContext(c CategoryExpander) CategoryExpanderWithContext {
	switch c := c.(type) {
	case nil:
		return nil
	case CategoryExpanderWithContext:
		return c
	default:
		return contextExpander{c}
	}
}

type contextExpander struct{ CategoryExpander }

func (c contextExpander) ExpandWithContext(_ context.Context, category string) ([]schema.GroupResource, bool) {
	return c.Expand(category)
}

// SimpleCategoryExpander looks categories up in a table.
type SimpleCategoryExpander struct {
	// Expansions are resources by category.
	Expansions map[string][]schema.GroupResource
}

// Expand returns the entry of the table.
func (e SimpleCategoryExpander) Expand(category string) ([]schema.GroupResource, bool) {
	resources, ok := e.Expansions[category]
	return resources, ok
}

// ExpandWithContext returns the entry of the table.
func (e SimpleCategoryExpander) ExpandWithContext(_ context.Context, category string) ([]schema.GroupResource, bool) {
	return e.Expand(category)
}

// NewDiscoveryCategoryExpander returns an expander for the categories that discovery lists. It calls discovery every
// time: pass a client with a cache. It ignores resources for which discovery fails.
func NewDiscoveryCategoryExpander(client discovery.DiscoveryInterface) CategoryExpander {
	return discoveryExpander{discovery.ToDiscoveryInterfaceWithContext(client)}
}

// NewDiscoveryCategoryExpanderWithContext is NewDiscoveryCategoryExpander with contexts.
func NewDiscoveryCategoryExpanderWithContext(client discovery.DiscoveryInterfaceWithContext) CategoryExpanderWithContext {
	return discoveryExpander{client}
}

type discoveryExpander struct {
	client discovery.DiscoveryInterfaceWithContext
}

func (e discoveryExpander) Expand(category string) ([]schema.GroupResource, bool) {
	return e.ExpandWithContext(context.Background(), category)
}

func (e discoveryExpander) ExpandWithContext(ctx context.Context, category string) ([]schema.GroupResource, bool) {
	if e.client == nil {
		return nil, false
	}
	var found []schema.GroupResource
	// With a partial failure, the lists of the other group-versions are usable.
	_, lists, _ := e.client.ServerGroupsAndResourcesWithContext(ctx)
	for _, list := range lists {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			continue
		}
		for i := range list.APIResources {
			if slices.Contains(list.APIResources[i].Categories, category) {
				found = appendNew(found, gv.WithResource(list.APIResources[i].Name).GroupResource())
			}
		}
	}
	return found, found != nil
}

// UnionCategoryExpander returns the union of the resources of several expanders.
type UnionCategoryExpander []CategoryExpander

// Expand calls every expander.
func (u UnionCategoryExpander) Expand(category string) ([]schema.GroupResource, bool) {
	union := make(UnionCategoryExpanderWithContext, 0, len(u))
	for _, expander := range u {
		union = append(union, ToCategoryExpanderWithContext(expander))
	}
	return union.ExpandWithContext(context.Background(), category)
}

// UnionCategoryExpanderWithContext is [UnionCategoryExpander] with a context.
type UnionCategoryExpanderWithContext []CategoryExpanderWithContext

// ExpandWithContext calls every expander.
func (u UnionCategoryExpanderWithContext) ExpandWithContext(ctx context.Context, category string) ([]schema.GroupResource, bool) {
	union, known := []schema.GroupResource{}, false
	for _, expander := range u {
		resources, ok := expander.ExpandWithContext(ctx, category)
		known = known || ok
		union = appendNew(union, resources...)
	}
	return union, known
}

// appendNew appends the resources that all does not contain: a resource with several versions is listed once for each.
func appendNew(all []schema.GroupResource, more ...schema.GroupResource) []schema.GroupResource {
	for _, resource := range more {
		if !slices.Contains(all, resource) {
			all = append(all, resource)
		}
	}
	return all
}
