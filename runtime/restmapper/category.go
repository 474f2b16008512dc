package restmapper

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
)

// CategoryExpander turns a category, such as "all", into its resources; false where there is no such category.
type CategoryExpander interface {
	// Expand returns the resources of a category.
	Expand(category string) ([]schema.GroupResource, bool)
}

// CategoryExpanderWithContext is [CategoryExpander] with a context.
type CategoryExpanderWithContext interface {
	// ExpandWithContext returns the resources of a category.
	ExpandWithContext(ctx context.Context, category string) ([]schema.GroupResource, bool)
}

// ToCategoryExpanderWithContext gives an expander the form with contexts; where it does not have that itself, contexts
// are ignored.
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

// SimpleCategoryExpander expands by a table.
type SimpleCategoryExpander struct {
	// Expansions are resources by category.
	Expansions map[string][]schema.GroupResource
}

// Expand returns what the table says.
func (e SimpleCategoryExpander) Expand(category string) ([]schema.GroupResource, bool) {
	resources, ok := e.Expansions[category]
	return resources, ok
}

// ExpandWithContext returns what the table says.
func (e SimpleCategoryExpander) ExpandWithContext(_ context.Context, category string) ([]schema.GroupResource, bool) {
	return e.Expand(category)
}

// NewDiscoveryCategoryExpander returns an expander by what the server says about its resources. It asks at every call:
// give it a client that remembers. What discovery cannot tell is left out.
func NewDiscoveryCategoryExpander(client discovery.DiscoveryInterface) CategoryExpander {
	return discoveryExpander{discovery.ToDiscoveryInterfaceWithContext(client)}
}

// NewDiscoveryCategoryExpanderWithContext is NewDiscoveryCategoryExpander for the form with contexts.
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
	// An error leaves out what it is about and no more.
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

// UnionCategoryExpander puts together what several expanders say, each resource once.
type UnionCategoryExpander []CategoryExpander

// Expand asks every expander.
func (u UnionCategoryExpander) Expand(category string) ([]schema.GroupResource, bool) {
	union := make(UnionCategoryExpanderWithContext, 0, len(u))
	for _, expander := range u {
		union = append(union, ToCategoryExpanderWithContext(expander))
	}
	return union.ExpandWithContext(context.Background(), category)
}

// UnionCategoryExpanderWithContext is [UnionCategoryExpander] with a context.
type UnionCategoryExpanderWithContext []CategoryExpanderWithContext

// ExpandWithContext asks every expander.
func (u UnionCategoryExpanderWithContext) ExpandWithContext(ctx context.Context, category string) ([]schema.GroupResource, bool) {
	union, known := []schema.GroupResource{}, false
	for _, expander := range u {
		resources, ok := expander.ExpandWithContext(ctx, category)
		known = known || ok
		union = appendNew(union, resources...)
	}
	return union, known
}

// appendNew appends the resources that are not there yet: one that has several versions is listed with each of them.
func appendNew(all []schema.GroupResource, more ...schema.GroupResource) []schema.GroupResource {
	for _, resource := range more {
		if !slices.Contains(all, resource) {
			all = append(all, resource)
		}
	}
	return all
}
