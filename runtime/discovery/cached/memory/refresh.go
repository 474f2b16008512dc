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

// parallel bounds the requests in flight while resources are asked for one group-version at a time.
const parallel = 32

// FreshWithContext reports whether all is known as the server told it: false before anything was asked, and while a
// group-version is known by a passing failure alone, which a look-up that found nothing may be due to.
func (c *client) FreshWithContext(context.Context) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.known == nil {
		return false
	}
	for _, answer := range c.known.resources {
		if answer.passing && answer.err != nil {
			return false
		}
	}
	return true
}

// InvalidateWithContext forgets everything, the delegate's memory included. Questions under way get an answer, which
// is not remembered.
func (c *client) InvalidateWithContext(ctx context.Context) {
	c.lock.Lock()
	c.known, c.documents = nil, nil
	c.age++
	c.lock.Unlock()
	forms.Invalidate(ctx, c.delegate)
}

func (c *client) current() (*answers, int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.known, c.age
}

// answers returns what is known, after asking the server when nothing is. Whoever waits for the answer to another's
// question stops waiting when their own context ends.
func (c *client) answers(ctx context.Context) (*answers, error) {
	if known, _ := c.current(); known != nil {
		return known, ctx.Err()
	}
	select {
	case c.asking <- struct{}{}:
		defer func() { <-c.asking }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	known, age := c.current()
	if known != nil {
		return known, nil
	}
	known, err := c.askEverything(ctx)
	if err != nil {
		return nil, err
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.age == age && len(known.groups.Groups) > 0 {
		c.known = known
	}
	return known, nil
}

// askEverything asks for groups and resources with as few requests as the server allows.
func (c *client) askEverything(ctx context.Context) (*answers, error) {
	groups, resources, failed, err := c.askGroups(ctx)
	if err != nil {
		return nil, err
	}
	if groups == nil {
		groups = &metav1.APIGroupList{}
	}
	known := &answers{groups: groups, resources: make(map[string]answer), aggregated: resources != nil}
	if !known.aggregated {
		c.askEach(ctx, known)
		return known, nil
	}
	for gv, list := range resources {
		known.resources[gv.String()] = answer{list: list}
	}
	for gv, err := range failed {
		known.resources[gv.String()] = answer{err: err, passing: isPassing(err)}
	}
	return known, nil
}

func (c *client) askGroups(ctx context.Context) (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error) {
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

// askEach asks for the resources of every group-version by itself.
func (c *client) askEach(ctx context.Context, known *answers) {
	var lock sync.Mutex
	var requests errgroup.Group
	requests.SetLimit(parallel)
	for _, group := range known.groups.Groups {
		for _, v := range group.Versions {
			requests.Go(func() error {
				found := c.ask(ctx, v.GroupVersion)
				lock.Lock()
				defer lock.Unlock()
				known.resources[v.GroupVersion] = found
				return nil
			})
		}
	}
	_ = requests.Wait() // no function returns an error
}
