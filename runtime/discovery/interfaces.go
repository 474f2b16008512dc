package discovery

import (
	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/openapi"
	"github.com/typewright/typewright/runtime/rest"
)

// The interfaces of this file have no contexts; each has a twin in interfaces_context.go, which is to be preferred.

// DiscoveryInterface discovers what a server offers.
type DiscoveryInterface interface {
	// RESTClient returns the client that sends the requests; may be nil in fakes.
	RESTClient() rest.Interface
	ServerGroupsInterface
	ServerResourcesInterface
	ServerVersionInterface
	OpenAPISchemaInterface
	OpenAPIV3SchemaInterface
	// WithLegacy returns a client that asks for the unaggregated documents only, or the same client where there is no
	// such choice.
	WithLegacy() DiscoveryInterface
}

// DiscoveryInterfaces is discovery in both forms, with and without contexts. It is what a clientset offers.
type DiscoveryInterfaces interface {
	DiscoveryInterface
	DiscoveryInterfaceWithContext
}

// AggregatedDiscoveryInterface is discovery that may learn all resources together with the groups.
type AggregatedDiscoveryInterface interface {
	DiscoveryInterface
	// GroupsAndMaybeResources returns the groups and, where the server told them in one go, the resources of every
	// group-version and the errors of those that it could not tell about. Without that the two maps are nil and empty.
	GroupsAndMaybeResources() (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error)
}

// CachedDiscoveryInterface is discovery that remembers answers.
type CachedDiscoveryInterface interface {
	DiscoveryInterface
	// Fresh reports whether a look-up that found nothing is final: false tells that it is worth another try after
	// Invalidate, because the answers may be older than the client.
	Fresh() bool
	// Invalidate drops what is remembered, so that no later answer is older than this call.
	Invalidate()
}

// ServerGroupsInterface tells the groups of a server.
type ServerGroupsInterface interface {
	// ServerGroups returns the groups with their versions, the preferred one among them.
	ServerGroups() (*metav1.APIGroupList, error)
}

// ServerResourcesInterface tells the resources of a server. But for the first method, results may be partial: they then
// come together with an [ErrGroupDiscoveryFailed].
type ServerResourcesInterface interface {
	// ServerResourcesForGroupVersion returns the resources of a group-version such as "v1" or "apps/v1".
	ServerResourcesForGroupVersion(groupVersion string) (*metav1.APIResourceList, error)
	// ServerGroupsAndResources returns the groups, and the resources of all versions of all groups.
	ServerGroupsAndResources() ([]*metav1.APIGroup, []*metav1.APIResourceList, error)
	// ServerPreferredResources returns every resource once, in the version that the server prefers; no subresources.
	ServerPreferredResources() ([]*metav1.APIResourceList, error)
	// ServerPreferredNamespacedResources returns those preferred resources which live in namespaces.
	ServerPreferredNamespacedResources() ([]*metav1.APIResourceList, error)
}

// ServerVersionInterface tells the version of a server.
type ServerVersionInterface interface {
	// ServerVersion returns the version that the server was built from.
	ServerVersion() (*version.Info, error)
}

// OpenAPISchemaInterface tells the OpenAPI v2 document of a server.
type OpenAPISchemaInterface interface {
	// OpenAPISchema returns the whole OpenAPI v2 document: several megabytes on a real server.
	OpenAPISchema() (*openapi_v2.Document, error)
}

// OpenAPIV3SchemaInterface gives access to the OpenAPI v3 documents of a server.
type OpenAPIV3SchemaInterface interface {
	// OpenAPIV3 returns a client which fetches OpenAPI v3 documents one by one.
	OpenAPIV3() openapi.Client
}
