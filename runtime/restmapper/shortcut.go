package restmapper

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/discovery"
)

// NewShortcutExpander returns a mapper that also accepts the server's short names of resources, such as "po" or
// "deploy". It calls discovery every time: pass a client with a cache. If several resources have a short name, the
// first in the server's order wins; warningHandler, which may be nil, is called about the others.
func NewShortcutExpander(delegate meta.RESTMapper, client discovery.DiscoveryInterface, warningHandler func(string)) meta.RESTMapper {
	return shortcutExpander{
		delegate: meta.ToRESTMapperWithContext(delegate),
		client:   discovery.ToDiscoveryInterfaceWithContext(client),
		warn:     warningHandler,
	}
}

// NewShortcutExpanderWithContext is NewShortcutExpander with contexts.
func NewShortcutExpanderWithContext(delegate meta.RESTMapperWithContext, client discovery.DiscoveryInterfaceWithContext, warningHandler func(string)) meta.RESTMapperWithContext {
	return shortcutExpander{delegate: delegate, client: client, warn: warningHandler}
}

type shortcutExpander struct {
	delegate meta.RESTMapperWithContext
	client   discovery.DiscoveryInterfaceWithContext
	warn     func(string)
}

var (
	_ meta.ResettableRESTMapper            = shortcutExpander{}
	_ meta.ResettableRESTMapperWithContext = shortcutExpander{}
)

// expandResourceShortcut replaces a short name with the name of its resource, and returns other names unchanged.
func (e shortcutExpander) expandResourceShortcut(ctx context.Context, resource schema.GroupVersionResource) schema.GroupVersionResource {
	_, lists, err := e.client.ServerGroupsAndResourcesWithContext(ctx)
	if err != nil {
		klog.FromContext(ctx).V(1).Info("Short names may be missing", "err", err)
	}
	if isFullName(lists, resource) {
		return resource
	}
	candidates := shortcuts(lists, resource.Resource, func(group string) bool {
		return resource.Group == "" || group == resource.Group
	})
	if len(candidates) > 0 {
		e.warnOf(resource.Resource, candidates[1:])
		return candidates[0].WithVersion("")
	}
	// A prefix of the group's name is enough: "hpa.autosc" means "hpa.autoscaling".
	candidates = shortcuts(lists, resource.Resource, func(group string) bool {
		return resource.Group != "" && strings.HasPrefix(group, resource.Group)
	})
	if len(candidates) > 0 {
		return candidates[0].WithVersion(resource.Version)
	}
	return resource
}

func (e shortcutExpander) warnOf(shortcut string, others []schema.GroupResource) {
	if e.warn == nil {
		return
	}
	for _, other := range others {
		e.warn(fmt.Sprintf("short name %q could also match lower priority resource %s", shortcut, other))
	}
}

// isFullName reports whether the server has a resource with that plural or singular name, in the group if one is given.
func isFullName(lists []*metav1.APIResourceList, resource schema.GroupVersionResource) bool {
	for group, r := range eachResource(lists) {
		if (resource.Group == "" || resource.Group == group) && (r.Name == resource.Resource || r.SingularName == resource.Resource) {
			return true
		}
	}
	return false
}

// shortcuts returns the resources with that short name in the wanted groups, each once, in the server's order.
func shortcuts(lists []*metav1.APIResourceList, name string, wanted func(group string) bool) []schema.GroupResource {
	var found []schema.GroupResource
	for group, r := range eachResource(lists) {
		for _, short := range r.ShortNames {
			if short == name && wanted(group) {
				found = appendNew(found, schema.GroupResource{Group: group, Resource: r.Name})
			}
		}
	}
	return found
}

// eachResource yields every resource with its group, and skips lists with a malformed group-version.
func eachResource(lists []*metav1.APIResourceList) iter.Seq2[string, *metav1.APIResource] {
	return func(yield func(string, *metav1.APIResource) bool) {
		for _, list := range lists {
			gv, err := schema.ParseGroupVersion(list.GroupVersion)
			if err != nil {
				continue
			}
			for i := range list.APIResources {
				if !yield(gv.Group, &list.APIResources[i]) {
					return
				}
			}
		}
	}
}

// Reset is ResetWithContext with an empty context.
func (e shortcutExpander) Reset() { e.ResetWithContext(context.Background()) }

// ResetWithContext resets the delegate if it can be reset.
func (e shortcutExpander) ResetWithContext(ctx context.Context) {
	meta.MaybeResetRESTMapperWithContext(ctx, e.delegate)
}

func (e shortcutExpander) KindFor(resource schema.GroupVersionResource) (schema.GroupVersionKind, error) {
	return e.KindForWithContext(context.Background(), resource)
}

// KindForWithContext expands the name again if nothing was found: a deferred delegate has called discovery again by
// then, so the short name of a new kind is known.
func (e shortcutExpander) KindForWithContext(ctx context.Context, resource schema.GroupVersionResource) (schema.GroupVersionKind, error) {
	kind, err := e.delegate.KindForWithContext(ctx, e.expandResourceShortcut(ctx, resource))
	if meta.IsNoMatchError(err) {
		return e.delegate.KindForWithContext(ctx, e.expandResourceShortcut(ctx, resource))
	}
	return kind, err
}

func (e shortcutExpander) KindsFor(resource schema.GroupVersionResource) ([]schema.GroupVersionKind, error) {
	return e.KindsForWithContext(context.Background(), resource)
}

func (e shortcutExpander) KindsForWithContext(ctx context.Context, resource schema.GroupVersionResource) ([]schema.GroupVersionKind, error) {
	return e.delegate.KindsForWithContext(ctx, e.expandResourceShortcut(ctx, resource))
}

func (e shortcutExpander) ResourceFor(resource schema.GroupVersionResource) (schema.GroupVersionResource, error) {
	return e.ResourceForWithContext(context.Background(), resource)
}

func (e shortcutExpander) ResourceForWithContext(ctx context.Context, resource schema.GroupVersionResource) (schema.GroupVersionResource, error) {
	return e.delegate.ResourceForWithContext(ctx, e.expandResourceShortcut(ctx, resource))
}

func (e shortcutExpander) ResourcesFor(resource schema.GroupVersionResource) ([]schema.GroupVersionResource, error) {
	return e.ResourcesForWithContext(context.Background(), resource)
}

func (e shortcutExpander) ResourcesForWithContext(ctx context.Context, resource schema.GroupVersionResource) ([]schema.GroupVersionResource, error) {
	return e.delegate.ResourcesForWithContext(ctx, e.expandResourceShortcut(ctx, resource))
}

func (e shortcutExpander) ResourceSingularizer(resource string) (string, error) {
	return e.ResourceSingularizerWithContext(context.Background(), resource)
}

func (e shortcutExpander) ResourceSingularizerWithContext(ctx context.Context, resource string) (string, error) {
	return e.delegate.ResourceSingularizerWithContext(ctx, e.expandResourceShortcut(ctx, schema.GroupVersionResource{Resource: resource}).Resource)
}

func (e shortcutExpander) RESTMapping(gk schema.GroupKind, versions ...string) (*meta.RESTMapping, error) {
	return e.RESTMappingWithContext(context.Background(), gk, versions...)
}

func (e shortcutExpander) RESTMappingWithContext(ctx context.Context, gk schema.GroupKind, versions ...string) (*meta.RESTMapping, error) {
	return e.delegate.RESTMappingWithContext(ctx, gk, versions...)
}

func (e shortcutExpander) RESTMappings(gk schema.GroupKind, versions ...string) ([]*meta.RESTMapping, error) {
	return e.RESTMappingsWithContext(context.Background(), gk, versions...)
}

func (e shortcutExpander) RESTMappingsWithContext(ctx context.Context, gk schema.GroupKind, versions ...string) ([]*meta.RESTMapping, error) {
	return e.delegate.RESTMappingsWithContext(ctx, gk, versions...)
}
