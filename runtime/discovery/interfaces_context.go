package discovery

import (
	"context"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/openapi"
	"github.com/typewright/typewright/runtime/rest"
)

// DiscoveryInterfaceWithContext is [DiscoveryInterface] with contexts.
type DiscoveryInterfaceWithContext interface {
	// RESTClient returns the client that sends the requests; may be nil in fakes.
	RESTClient() rest.Interface
	ServerGroupsInterfaceWithContext
	ServerResourcesInterfaceWithContext
	ServerVersionInterfaceWithContext
	OpenAPISchemaInterfaceWithContext
	OpenAPIV3SchemaInterfaceWithContext
	// WithLegacyWithContext returns a client that asks for the unaggregated documents only, or the same client where
	// there is no such choice.
	WithLegacyWithContext(ctx context.Context) DiscoveryInterfaceWithContext
}

// AggregatedDiscoveryInterfaceWithContext is [AggregatedDiscoveryInterface] with contexts.
type AggregatedDiscoveryInterfaceWithContext interface {
	DiscoveryInterfaceWithContext
	// GroupsAndMaybeResourcesWithContext is GroupsAndMaybeResources of [AggregatedDiscoveryInterface].
	GroupsAndMaybeResourcesWithContext(ctx context.Context) (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error)
}

// CachedDiscoveryInterfaceWithContext is [CachedDiscoveryInterface] with contexts.
type CachedDiscoveryInterfaceWithContext interface {
	DiscoveryInterfaceWithContext
	// FreshWithContext reports whether a look-up that found nothing is final.
	FreshWithContext(ctx context.Context) bool
	// InvalidateWithContext drops what is remembered, so that no later answer is older than this call.
	InvalidateWithContext(ctx context.Context)
}

// ServerGroupsInterfaceWithContext is [ServerGroupsInterface] with a context.
type ServerGroupsInterfaceWithContext interface {
	// ServerGroupsWithContext returns the groups with their versions, the preferred one among them.
	ServerGroupsWithContext(ctx context.Context) (*metav1.APIGroupList, error)
}

// ServerResourcesInterfaceWithContext is [ServerResourcesInterface] with contexts; partial results are its as well.
type ServerResourcesInterfaceWithContext interface {
	// ServerResourcesForGroupVersionWithContext returns the resources of a group-version such as "v1" or "apps/v1".
	ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (*metav1.APIResourceList, error)
	// ServerGroupsAndResourcesWithContext returns the groups, and the resources of all versions of all groups.
	ServerGroupsAndResourcesWithContext(ctx context.Context) ([]*metav1.APIGroup, []*metav1.APIResourceList, error)
	// ServerPreferredResourcesWithContext returns every resource once, in the version that the server prefers.
	ServerPreferredResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error)
	// ServerPreferredNamespacedResourcesWithContext returns those preferred resources which live in namespaces.
	ServerPreferredNamespacedResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error)
}

// ServerVersionInterfaceWithContext is [ServerVersionInterface] with a context.
type ServerVersionInterfaceWithContext interface {
	// ServerVersionWithContext returns the version that the server was built from.
	ServerVersionWithContext(ctx context.Context) (*version.Info, error)
}

// OpenAPISchemaInterfaceWithContext is [OpenAPISchemaInterface] with a context.
type OpenAPISchemaInterfaceWithContext interface {
	// OpenAPISchemaWithContext returns the whole OpenAPI v2 document.
	OpenAPISchemaWithContext(ctx context.Context) (*openapi_v2.Document, error)
}

// OpenAPIV3SchemaInterfaceWithContext is [OpenAPIV3SchemaInterface] with a context.
type OpenAPIV3SchemaInterfaceWithContext interface {
	// OpenAPIV3WithContext returns a client which fetches OpenAPI v3 documents one by one.
	OpenAPIV3WithContext(ctx context.Context) openapi.ClientWithContext
}
