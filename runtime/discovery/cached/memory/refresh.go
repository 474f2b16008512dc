package memory

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/internal/forms"
)

// parallel is how many requests for single group-versions may be in flight.
const parallel = 32

// FreshWithContext reports whether the cache is complete: false before the first fetch, and while a group-version has
// only a transient failure, which may be why a lookup found nothing.
func (c *client) FreshWithContext(context.Context) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.cached == nil {
		return false
	}
	for _, list := range c.cached.resources {
		if list.transient && list.err != nil {
			return false
		}
	}
	return true
}

// InvalidateWithContext clears the cache and that of the delegate. Calls in progress still return their results, which
// are not cached.
func (c *client) InvalidateWithContext(ctx context.Context) {
	c.lock.Lock()
	c.cached, c.documents = nil, nil
	c.generation++
	c.lock.Unlock()
	forms.Invalidate(ctx, c.delegate)
}

func (c *client) current() (*snapshot, int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.cached, c.generation
}

// load returns the cached snapshot, and fetches it first if there is none. A caller that waits for another's fetch
// stops waiting when its own context ends.
func (c *client) load(ctx context.Context) (*snapshot, error) {
	if cached, _ := c.current(); cached != nil {
		return cached, ctx.Err()
	}
	select {
	case c.fetching <- struct{}{}:
		defer func() { <-c.fetching }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	cached, generation := c.current()
	if cached != nil {
		return cached, nil
	}
	fetched, err := c.fetchAll(ctx)
	if err != nil {
		return nil, err
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.generation == generation && len(fetched.groups.Groups) > 0 {
		c.cached = fetched
	}
	return fetched, nil
}

// fetchAll fetches groups and resources with as few requests as the server allows.
func (c *client) fetchAll(ctx context.Context) (*snapshot, error) {
	groups, resources, failed, err := c.fetchGroups(ctx)
	if err != nil {
		return nil, err
	}
	if groups == nil {
		groups = &metav1.APIGroupList{}
	}
	fetched := &snapshot{groups: groups, resources: make(map[string]resourceList), aggregated: resources != nil}
	if !fetched.aggregated {
		c.fetchEach(ctx, fetched)
		return fetched, nil
	}
	for gv, list := range resources {
		fetched.resources[gv.String()] = resourceList{list: list}
	}
	for gv, err := range failed {
		fetched.resources[gv.String()] = resourceList{err: err, transient: isTransient(err)}
	}
	return fetched, nil
}

func (c *client) fetchGroups(ctx context.Context) (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error) {
	switch delegate := c.delegate.(type) {
	case discovery.AggregatedDiscoveryInterfaceWithContext:
		return delegate.GroupsAndMaybeResourcesWithContext(ctx)
	case discovery.AggregatedDiscoveryInterface:
		return delegate.GroupsAndMaybeResources()
	default:
		groups, err := c.delegate.ServerGroupsWithContext(ctx)
		return groups, nil, nil, err
	}
}

// fetchEach fetches the resources of every group-version with a request of its own.
func (c *client) fetchEach(ctx context.Context, into *snapshot) {
	var lock sync.Mutex
	var requests errgroup.Group
	requests.SetLimit(parallel)
	for _, group := range into.groups.Groups {
		for _, v := range group.Versions {
			requests.Go(func() error {
				found := c.fetch(ctx, v.GroupVersion)
				lock.Lock()
				defer lock.Unlock()
				into.resources[v.GroupVersion] = found
				return nil
			})
		}
	}
	_ = requests.Wait() // no function returns an error
}
