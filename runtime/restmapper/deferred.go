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

// DeferredDiscoveryRESTMapper asks discovery when it is first asked itself. When it does not find something, it forgets
// everything and tries once more, if its discovery client says that its answers are not fresh, or if they are older than
// five seconds: kinds are added while programs run. It does so five times in a row at most, and then every five seconds at
// most, so that asking for what does not exist costs the server little. It is safe for use by many goroutines at once.
type DeferredDiscoveryRESTMapper struct {
	client discovery.CachedDiscoveryInterfaceWithContext

	lock     sync.Mutex
	delegate meta.RESTMapperWithContext // nil when nothing is known
	learned  time.Time                  // when it was made
	age      int                        // counts Reset

	again flowcontrol.RateLimiter // of looks at what may have changed
}

// lookAgainAfter is how old answers are that may have changed without anybody having said so.
const lookAgainAfter = 5 * time.Second

var (
	_ meta.ResettableRESTMapper            = (*DeferredDiscoveryRESTMapper)(nil)
	_ meta.ResettableRESTMapperWithContext = (*DeferredDiscoveryRESTMapper)(nil)
	_ fmt.Stringer                         = (*DeferredDiscoveryRESTMapper)(nil)
)

// NewDeferredDiscoveryRESTMapper returns a mapper that asks cl. A client which does not take contexts is not given any.
func NewDeferredDiscoveryRESTMapper(cl discovery.CachedDiscoveryInterface) *DeferredDiscoveryRESTMapper {
	return NewDeferredDiscoveryRESTMapperWithContext(discovery.ToCachedDiscoveryInterfaceWithContext(cl))
}

// NewDeferredDiscoveryRESTMapperWithContext returns a mapper that asks cl.
func NewDeferredDiscoveryRESTMapperWithContext(cl discovery.CachedDiscoveryInterfaceWithContext) *DeferredDiscoveryRESTMapper {
	return &DeferredDiscoveryRESTMapper{
		client: cl,
		again:  flowcontrol.NewTokenBucketRateLimiter(float32(1/lookAgainAfter.Seconds()), 5),
	}
}

// Reset is ResetWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) Reset() { d.ResetWithContext(context.Background()) }

// ResetWithContext forgets everything, the discovery client's memory included; the next question asks the server.
func (d *DeferredDiscoveryRESTMapper) ResetWithContext(ctx context.Context) {
	klog.FromContext(ctx).V(5).Info("Invalidating discovery information")
	d.client.InvalidateWithContext(ctx)
	d.lock.Lock()
	defer d.lock.Unlock()
	d.delegate = nil
	d.age++
}

// mapper returns the mapper of what discovery tells, and its age. Those who ask at the same time share the discovery
// client's answer.
func (d *DeferredDiscoveryRESTMapper) mapper(ctx context.Context) (meta.RESTMapperWithContext, int, error) {
	d.lock.Lock()
	delegate, age := d.delegate, d.age
	d.lock.Unlock()
	if delegate != nil {
		return delegate, age, nil
	}
	asked := time.Now()
	groups, err := GetAPIGroupResourcesWithContext(ctx, d.client)
	if err != nil {
		return nil, age, err
	}
	delegate = NewDiscoveryRESTMapperWithContext(groups)
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.age == age {
		d.delegate, d.learned = delegate, asked
	}
	return delegate, age, nil
}

// lookUp asks the mapper, and once more when nothing was found and what is known may be old.
func lookUp[R any](ctx context.Context, d *DeferredDiscoveryRESTMapper, ask func(meta.RESTMapperWithContext) (R, error)) (R, error) {
	mapper, age, err := d.mapper(ctx)
	if err != nil {
		return *new(R), err
	}
	result, err := ask(mapper)
	if err == nil || !d.renew(ctx, age, err) {
		return result, err
	}
	if mapper, _, err = d.mapper(ctx); err != nil {
		return *new(R), err
	}
	return ask(mapper)
}

// renew forgets what is known, where a question to the mapper of this age failed and another answer is possible. It tells
// whether it did, or somebody else meanwhile.
func (d *DeferredDiscoveryRESTMapper) renew(ctx context.Context, age int, failure error) bool {
	d.lock.Lock()
	renewed, old := d.age != age, time.Since(d.learned) >= lookAgainAfter
	d.lock.Unlock()
	if renewed {
		return true
	}
	if d.client.FreshWithContext(ctx) && (!old || !meta.IsNoMatchError(failure)) || !d.again.TryAccept() {
		return false
	}
	d.ResetWithContext(ctx)
	return true
}

// KindFor is KindForWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) KindFor(resource schema.GroupVersionResource) (gvk schema.GroupVersionKind, err error) {
	return d.KindForWithContext(context.Background(), resource)
}

// KindForWithContext returns the one kind of a resource whose group and version may be left out.
func (d *DeferredDiscoveryRESTMapper) KindForWithContext(ctx context.Context, resource schema.GroupVersionResource) (gvk schema.GroupVersionKind, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) (schema.GroupVersionKind, error) {
		return m.KindForWithContext(ctx, resource)
	})
}

// KindsFor is KindsForWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) KindsFor(resource schema.GroupVersionResource) (gvks []schema.GroupVersionKind, err error) {
	return d.KindsForWithContext(context.Background(), resource)
}

// KindsForWithContext returns all kinds that a resource may have, in the order of their priority.
func (d *DeferredDiscoveryRESTMapper) KindsForWithContext(ctx context.Context, resource schema.GroupVersionResource) (gvks []schema.GroupVersionKind, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) ([]schema.GroupVersionKind, error) {
		return m.KindsForWithContext(ctx, resource)
	})
}

// ResourceFor is ResourceForWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) ResourceFor(input schema.GroupVersionResource) (gvr schema.GroupVersionResource, err error) {
	return d.ResourceForWithContext(context.Background(), input)
}

// ResourceForWithContext returns the one resource that is meant by a name, plural or singular, whose group and version
// may be left out.
func (d *DeferredDiscoveryRESTMapper) ResourceForWithContext(ctx context.Context, input schema.GroupVersionResource) (gvr schema.GroupVersionResource, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) (schema.GroupVersionResource, error) {
		return m.ResourceForWithContext(ctx, input)
	})
}

// ResourcesFor is ResourcesForWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) ResourcesFor(input schema.GroupVersionResource) (gvrs []schema.GroupVersionResource, err error) {
	return d.ResourcesForWithContext(context.Background(), input)
}

// ResourcesForWithContext returns all resources that may be meant by a name, in the order of their priority.
func (d *DeferredDiscoveryRESTMapper) ResourcesForWithContext(ctx context.Context, input schema.GroupVersionResource) (gvrs []schema.GroupVersionResource, err error) {
	return lookUp(ctx, d, func(m meta.RESTMapperWithContext) ([]schema.GroupVersionResource, error) {
		return m.ResourcesForWithContext(ctx, input)
	})
}

// RESTMapping is RESTMappingWithContext with an empty context.
func (d *DeferredDiscoveryRESTMapper) RESTMapping(gk schema.GroupKind, versions ...string) (m *meta.RESTMapping, err error) {
	return d.RESTMappingWithContext(context.Background(), gk, versions...)
}

// RESTMappingWithContext returns the resource and scope of a kind, in the first of the versions that has it, or in the
// preferred one.
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

// ResourceSingularizerWithContext turns a plural, such as "pods", into its singular; with an error it returns what it was
// given.
func (d *DeferredDiscoveryRESTMapper) ResourceSingularizerWithContext(ctx context.Context, resource string) (singular string, err error) {
	singular, err = lookUp(ctx, d, func(m meta.RESTMapperWithContext) (string, error) {
		return m.ResourceSingularizerWithContext(ctx, resource)
	})
	if err != nil {
		return resource, err
	}
	return singular, nil
}

// String lists what is known, after asking discovery when nothing is.
func (d *DeferredDiscoveryRESTMapper) String() string {
	mapper, _, err := d.mapper(context.Background())
	if err != nil {
		return fmt.Sprintf("DeferredDiscoveryRESTMapper{%v}", err)
	}
	return fmt.Sprintf("DeferredDiscoveryRESTMapper{\n\t%v\n}", mapper)
}
