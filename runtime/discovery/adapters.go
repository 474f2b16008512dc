package discovery

import (
	"context"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/openapi"
)

// Each To… function returns the form with contexts of an interface without contexts: the value itself if it has that
// form, otherwise an adapter that ignores the contexts, and nil for nil.

// ToDiscoveryInterfaceWithContext adapts a [DiscoveryInterface].
func ToDiscoveryInterfaceWithContext(i DiscoveryInterface) DiscoveryInterfaceWithContext {
	switch i := i.(type) {
	case nil:
		return nil
	case DiscoveryInterfaceWithContext:
		return i
	case AggregatedDiscoveryInterface:
		return aggregatedAdapter{newAdapter(i), i}
	default:
		return newAdapter(i)
	}
}

// ToAggregatedDiscoveryInterfaceWithContext adapts an [AggregatedDiscoveryInterface].
func ToAggregatedDiscoveryInterfaceWithContext(i AggregatedDiscoveryInterface) AggregatedDiscoveryInterfaceWithContext {
	switch i := i.(type) {
	case nil:
		return nil
	case AggregatedDiscoveryInterfaceWithContext:
		return i
	default:
		return aggregatedAdapter{newAdapter(i), i}
	}
}

// ToCachedDiscoveryInterfaceWithContext adapts a [CachedDiscoveryInterface].
func ToCachedDiscoveryInterfaceWithContext(i CachedDiscoveryInterface) CachedDiscoveryInterfaceWithContext {
	switch i := i.(type) {
	case nil:
		return nil
	case CachedDiscoveryInterfaceWithContext:
		return i
	default:
		return cachedAdapter{ToDiscoveryInterfaceWithContext(i), i}
	}
}

// ToServerGroupsInterfaceWithContext adapts a [ServerGroupsInterface].
func ToServerGroupsInterfaceWithContext(i ServerGroupsInterface) ServerGroupsInterfaceWithContext {
	switch i := i.(type) {
	case nil:
		return nil
	case ServerGroupsInterfaceWithContext:
		return i
	default:
		return groupsAdapter{i}
	}
}

// ToServerResourcesInterfaceWithContext adapts a [ServerResourcesInterface].
func ToServerResourcesInterfaceWithContext(i ServerResourcesInterface) ServerResourcesInterfaceWithContext {
	switch i := i.(type) {
	case nil:
		return nil
	case ServerResourcesInterfaceWithContext:
		return i
	default:
		return resourcesAdapter{i}
	}
}

// ToServerVersionInterfaceWithContext adapts a [ServerVersionInterface].
func ToServerVersionInterfaceWithContext(i ServerVersionInterface) ServerVersionInterfaceWithContext {
	switch i := i.(type) {
	case nil:
		return nil
	case ServerVersionInterfaceWithContext:
		return i
	default:
		return versionAdapter{i}
	}
}

// ToOpenAPISchemaInterfaceWithContext adapts an [OpenAPISchemaInterface].
func ToOpenAPISchemaInterfaceWithContext(i OpenAPISchemaInterface) OpenAPISchemaInterfaceWithContext {
	switch i := i.(type) {
	case nil:
		return nil
	case OpenAPISchemaInterfaceWithContext:
		return i
	default:
		return schemaAdapter{i}
	}
}

// OpenAPIV3ToSchemaInterfaceWithContext adapts an [OpenAPIV3SchemaInterface].
func OpenAPIV3ToSchemaInterfaceWithContext(i OpenAPIV3SchemaInterface) OpenAPIV3SchemaInterfaceWithContext {
	switch i := i.(type) {
	case nil:
		return nil
	case OpenAPIV3SchemaInterfaceWithContext:
		return i
	default:
		return schemaV3Adapter{i}
	}
}

// ToOpenAPIClientWithContext adapts an [openapi.Client].
func ToOpenAPIClientWithContext(i openapi.Client) openapi.ClientWithContext {
	return openapi.ToClientWithContext(i)
}

type (
	groupsAdapter    struct{ ServerGroupsInterface }
	resourcesAdapter struct{ ServerResourcesInterface }
	versionAdapter   struct{ ServerVersionInterface }
	schemaAdapter    struct{ OpenAPISchemaInterface }
	schemaV3Adapter  struct{ OpenAPIV3SchemaInterface }

	// adapter embeds the full interface for RESTClient. It embeds the adapters of the parts, each of which keeps the
	// form with contexts that the value may have.
	adapter struct {
		DiscoveryInterface
		ServerGroupsInterfaceWithContext
		ServerResourcesInterfaceWithContext
		ServerVersionInterfaceWithContext
		OpenAPISchemaInterfaceWithContext
		OpenAPIV3SchemaInterfaceWithContext
	}
	aggregatedAdapter struct {
		DiscoveryInterfaceWithContext
		plain AggregatedDiscoveryInterface
	}
	cachedAdapter struct {
		DiscoveryInterfaceWithContext
		plain CachedDiscoveryInterface
	}
)

func newAdapter(i DiscoveryInterface) adapter {
	return adapter{
		DiscoveryInterface:                  i,
		ServerGroupsInterfaceWithContext:    ToServerGroupsInterfaceWithContext(i),
		ServerResourcesInterfaceWithContext: ToServerResourcesInterfaceWithContext(i),
		ServerVersionInterfaceWithContext:   ToServerVersionInterfaceWithContext(i),
		OpenAPISchemaInterfaceWithContext:   ToOpenAPISchemaInterfaceWithContext(i),
		OpenAPIV3SchemaInterfaceWithContext: OpenAPIV3ToSchemaInterfaceWithContext(i),
	}
}

func (a adapter) WithLegacyWithContext(context.Context) DiscoveryInterfaceWithContext {
	return ToDiscoveryInterfaceWithContext(a.WithLegacy())
}

func (a aggregatedAdapter) GroupsAndMaybeResourcesWithContext(context.Context) (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error) {
	return a.plain.GroupsAndMaybeResources()
}

func (a cachedAdapter) FreshWithContext(context.Context) bool { return a.plain.Fresh() }
func (a cachedAdapter) InvalidateWithContext(context.Context) { a.plain.Invalidate() }

func (a groupsAdapter) ServerGroupsWithContext(context.Context) (*metav1.APIGroupList, error) {
	return a.ServerGroups()
}

func (a resourcesAdapter) ServerResourcesForGroupVersionWithContext(_ context.Context, groupVersion string) (*metav1.APIResourceList, error) {
	return a.ServerResourcesForGroupVersion(groupVersion)
}

func (a resourcesAdapter) ServerGroupsAndResourcesWithContext(context.Context) ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	return a.ServerGroupsAndResources()
}

func (a resourcesAdapter) ServerPreferredResourcesWithContext(context.Context) ([]*metav1.APIResourceList, error) {
	return a.ServerPreferredResources()
}

func (a resourcesAdapter) ServerPreferredNamespacedResourcesWithContext(context.Context) ([]*metav1.APIResourceList, error) {
	return a.ServerPreferredNamespacedResources()
}

func (a versionAdapter) ServerVersionWithContext(context.Context) (*version.Info, error) {
	return a.ServerVersion()
}

func (a schemaAdapter) OpenAPISchemaWithContext(context.Context) (*openapi_v2.Document, error) {
	return a.OpenAPISchema()
}

func (a schemaV3Adapter) OpenAPIV3WithContext(context.Context) openapi.ClientWithContext {
	return openapi.ToClientWithContext(a.OpenAPIV3())
}
