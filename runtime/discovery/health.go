package discovery

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupHealth says which versions of a group the server can describe. A version fails most often because the aggregated
// API server behind it is down, or because a custom resource was just deleted.
type GroupHealth struct {
	// Group is the group's name, "" for the core group.
	Group string
	// Versions are the versions without a failure, in the server's order.
	Versions []string
	// Failed holds the cause for each failed version.
	Failed map[string]error
}

// Healthy reports whether no version failed.
func (g GroupHealth) Healthy() bool { return len(g.Failed) == 0 }

// Health returns the health of each group, in the server's order. The error reports that the groups could not be
// listed; failures of single versions are in their group.
func Health(ctx context.Context, d DiscoveryInterfaceWithContext) ([]GroupHealth, error) {
	found, err := collect(ctx, d)
	if err != nil {
		return nil, err
	}
	groups := make([]GroupHealth, 0, len(found.groups.Groups))
	places := make(map[string]int, len(found.groups.Groups))
	for _, group := range found.groups.Groups {
		health := GroupHealth{Group: group.Name}
		for _, v := range group.Versions {
			if found.failed[schema.GroupVersion{Group: group.Name, Version: v.Version}] == nil {
				health.Versions = append(health.Versions, v.Version)
			}
		}
		places[group.Name] = len(groups)
		groups = append(groups, health)
	}
	for gv, cause := range found.failed {
		i, ok := places[gv.Group]
		if !ok {
			i = len(groups)
			groups, places[gv.Group] = append(groups, GroupHealth{Group: gv.Group}), i
		}
		if groups[i].Failed == nil {
			groups[i].Failed = make(map[string]error)
		}
		groups[i].Failed[gv.Version] = cause
	}
	return groups, nil
}
