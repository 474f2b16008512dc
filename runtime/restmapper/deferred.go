package restmapper

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/flowcontrol"
)

// DeferredDiscoveryRESTMapper calls discovery at first use. When a lookup finds nothing, it clears the caches and tries
// again once, if the discovery client is not fresh, or if the results are older than five seconds, because kinds are
// added while programs run. It does so at most five times in a row, and then at most every five seconds, so that
// lookups of missing kinds cause few requests. It is safe for concurrent use.
type DeferredDiscoveryRESTMapper struct {
	client discovery.CachedDiscoveryInterfaceWithContext

	lock       sync.Mutex
	delegate   meta.RESTMapperWithContext // nil before the first lookup and after Reset
	fetched    time.Time                  // when the fetch for delegate started
	generation int                        // the number of calls of Reset

	refreshes flowcontrol.RateLimiter // limits how often a failed lookup clears the caches
}

// maxFreshAge is the age at which results may be outdated although the discovery client reports that they are fresh.
const maxFreshAge = 5 * time.Second

var (
	_ meta.ResettableRESTMapper            = (*DeferredDiscoveryRESTMapper)(nil)
	_ meta.ResettableRESTMapperWithContext = (*DeferredDiscoveryRESTMapper)(nil)
	_ fmt.Stringer                         = (*DeferredDiscoveryRESTMapper)(nil)
)

// NewDeferredDiscoveryRESTMapper returns a mapper that uses cl. Contexts are ignored if cl does not take them.
func NewDeferredDiscoveryRESTMapper(cl discovery.CachedDiscoveryInterface) *DeferredDiscoveryRESTMapper {
	return NewDeferredDiscoveryRESTMapperWithContext(discovery.ToCachedDiscoveryInterfaceWithContext(cl))
}

// NewDeferredDiscoveryRESTMapperWithContext returns a mapper that uses cl.
func NewDeferredDiscoveryRESTMapperWithContext(cl discovery.CachedDiscoveryInterfaceWithContext) *DeferredDiscoveryRESTMapper {
	return &DeferredDiscoveryRESTMapper{
		client:    cl,
		refreshes: flowcontrol.NewTokenBucketRateLimiter(float32(1/maxFreshAge.Seconds()), 5),
	}
}

// Reset is ResetWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) Reset() { d.ResetWithContext(context.Background()) }

// ResetWithContext clears the mapper and invalidates the discovery client, so that the next lookup fetches everything
// again.
func (d *DeferredDiscoveryRESTMapper) ResetWithContext(ctx context.Context) {
	klog.FromContext(ctx).V(5).Info("Invalidating discovery information")
	d.client.InvalidateWithContext(ctx)
	d.lock.Lock()
	defer d.lock.Unlock()
	d.delegate = nil
	d.generation++
}

// mapper returns the mapper for the results of discovery, and its generation. Concurrent callers share the requests of
// the discovery client.
func (d *DeferredDiscoveryRESTMapper) mapper(ctx context.Context) (meta.RESTMapperWithContext, int, error) {
	d.lock.Lock()
	delegate, generation := d.delegate, d.generation
	d.lock.Unlock()
	if delegate != nil {
		return delegate, generation, nil
	}
	start := time.Now()
	groups, err := GetAPIGroupResourcesWithContext(ctx, d.client)
	if err != nil {
		return nil, generation, err
	}
	delegate = NewDiscoveryRESTMapperWithContext(groups)
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.generation == generation {
		d.delegate, d.fetched = delegate, start
	}
	return delegate, generation, nil
}

// lookUp calls find, and once more with a new mapper if it found nothing and the results may be outdated.
func lookUp[R any](ctx context.Context, d *DeferredDiscoveryRESTMapper, find func(meta.RESTMapperWithContext) (R, error)) (R, error) {
	mapper, generation, err := d.mapper(ctx)
	if err != nil {
		return *new(R), err
	}
	result, err := find(mapper)
	if err == nil || !d.refresh(ctx, generation, err) {
		return result, err
	}
	if mapper, _, err = d.mapper(ctx); err != nil {
		return *new(R), err
	}
	return find(mapper)
}

// refresh clears the caches if the lookup that failed in this generation may succeed with new results. It reports
// whether it, or another caller meanwhile, has done so.
func (d *DeferredDiscoveryRESTMapper) refresh(ctx context.Context, generation int, failure error) bool {
	d.lock.Lock()
	refreshed, old := d.generation != generation, time.Since(d.fetched) >= maxFreshAge
	d.lock.Unlock()
	if refreshed {
		return true
	}
	if d.client.FreshWithContext(ctx) && (!old || !meta.IsNoMatchError(failure)) || !d.refreshes.TryAccept() {
		return false
	}
	d.ResetWithContext(ctx)
	return true
}

// KindFor is KindForWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) KindFor(resource schema.GroupVersionResource) (gvk schema.GroupVersionKind, err error) {
	return d.KindForWithContext(context.Background(), resource)
}

// KindForWithContext returns the kind of a resource whose group and version may be empty.
func (d *DeferredDiscoveryRESTMapper) KindForWithContext(ctx context.Context, resource schema.GroupVersionResource) (gvk schema.GroupVersionKind, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) (schema.GroupVersionKind, error) {
		return m.KindForWithContext(ctx, resource)
	})
}

// KindsFor is KindsForWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) KindsFor(resource schema.GroupVersionResource) (gvks []schema.GroupVersionKind, err error) {
	return d.KindsForWithContext(context.Background(), resource)
}

// KindsForWithContext returns all kinds that match a resource, by priority.
func (d *DeferredDiscoveryRESTMapper) KindsForWithContext(ctx context.Context, resource schema.GroupVersionResource) (gvks []schema.GroupVersionKind, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) ([]schema.GroupVersionKind, error) {
		return m.KindsForWithContext(ctx, resource)
	})
}

// ResourceFor is ResourceForWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) ResourceFor(input schema.GroupVersionResource) (gvr schema.GroupVersionResource, err error) {
	return d.ResourceForWithContext(context.Background(), input)
}

// ResourceForWithContext returns the resource for a plural or singular name whose group and version may be empty.
func (d *DeferredDiscoveryRESTMapper) ResourceForWithContext(ctx context.Context, input schema.GroupVersionResource) (gvr schema.GroupVersionResource, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) (schema.GroupVersionResource, error) {
		return m.ResourceForWithContext(ctx, input)
	})
}

// ResourcesFor is ResourcesForWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) ResourcesFor(input schema.GroupVersionResource) (gvrs []schema.GroupVersionResource, err error) {
	return d.ResourcesForWithContext(context.Background(), input)
}

// ResourcesForWithContext returns all resources that match a name, by priority.
func (d *DeferredDiscoveryRESTMapper) ResourcesForWithContext(ctx context.Context, input schema.GroupVersionResource) (gvrs []schema.GroupVersionResource, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) ([]schema.GroupVersionResource, error) {
		return m.ResourcesForWithContext(ctx, input)
	})
}

// RESTMapping is RESTMappingWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) RESTMapping(gk schema.GroupKind, versions ...string) (m *meta.RESTMapping, err error) {
	return d.RESTMappingWithContext(context.Background(), gk, versions...)
}

// RESTMappingWithContext returns the resource and scope of a kind, in the first of the given versions that has it, or
// in the preferred version.
func (d *DeferredDiscoveryRESTMapper) RESTMappingWithContext(ctx context.Context, gk schema.GroupKind, versions ...string) (m *meta.RESTMapping, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) (*meta.RESTMapping, error) {
		return m.RESTMappingWithContext(ctx, gk, versions...)
	})
}

// RESTMappings is RESTMappingsWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) RESTMappings(gk schema.GroupKind, versions ...string) (ms []*meta.RESTMapping, err error) {
	return d.RESTMappingsWithContext(context.Background(), gk, versions...)
}

// RESTMappingsWithContext returns the resources and scopes of a kind in all versions.
func (d *DeferredDiscoveryRESTMapper) RESTMappingsWithContext(ctx context.Context, gk schema.GroupKind, versions ...string) (ms []*meta.RESTMapping, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) ([]*meta.RESTMapping, error) {
		return m.RESTMappingsWithContext(ctx, gk, versions...)
	})
}

// ResourceSingularizer is ResourceSingularizerWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) ResourceSingularizer(resource string) (singular string, err error) {
	return d.ResourceSingularizerWithContext(context.Background(), resource)
}

// ResourceSingularizerWithContext returns the singular of a plural such as "pods". With an error, it returns resource
// unchanged.
func (d *DeferredDiscoveryRESTMapper) ResourceSingularizerWithContext(ctx context.Context, resource string) (singular string, err error) {
	singular, err = lookUp(ctx, d, func(m meta.RESTMapperWithContext) (string, error) {
		return m.ResourceSingularizerWithContext(ctx, resource)
	})
	if err != nil {
		return resource, err
	}
	return singular, nil
}

// String describes the mapper. It calls discovery if nothing is cached.
func (d *DeferredDiscoveryRESTMapper) String() string {
	mapper, _, err := d.mapper(context.Background())
	if err != nil {
		return fmt.Sprintf("DeferredDiscoveryRESTMapper{%v}", err)
	}
	return fmt.Sprintf("DeferredDiscoveryRESTMapper{\n\t%v\n}", mapper)
}
