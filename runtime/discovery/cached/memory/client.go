package memory

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/internal/forms"
	cachedopenapi "github.com/typewright/typewright/runtime/openapi/cached"
	"github.com/typewright/typewright/runtime/rest"
)

// ErrCacheNotFound reports a group-version that the server did not have when the cache was filled.
var ErrCacheNotFound = errors.New("not found")

// client is a discovery client with a cache, with and without contexts.
type client struct {
	forms.Derived

	delegate discovery.DiscoveryInterfaceWithContext
	// fetching holds a token while everything is fetched, so that concurrent callers share one fetch.
	fetching chan struct{}

	// lock guards the fields below; it is not held during requests.
	lock       sync.Mutex
	cached     *snapshot // nil before the first fetch and after Invalidate
	generation int       // the number of calls of Invalidate
	documents  *cachedopenapi.Client
}

// snapshot is the result of one fetch. Only resources changes later, under the client's lock.
type snapshot struct {
	groups    *metav1.APIGroupList
	resources map[string]resourceList
	// aggregated is set if groups and resources came in one document.
	aggregated bool
}

// resourceList is the result for one group-version. A transient one is fetched again at its next use.
type resourceList struct {
	list      *metav1.APIResourceList
	err       error
	transient bool
}

var (
	_ discovery.CachedDiscoveryInterface                = (*client)(nil)
	_ discovery.CachedDiscoveryInterfaceWithContext     = (*client)(nil)
	_ discovery.AggregatedDiscoveryInterface            = (*client)(nil)
	_ discovery.AggregatedDiscoveryInterfaceWithContext = (*client)(nil)
)

// NewMemCacheClient returns a client that caches the results of delegate. It is safe for concurrent use.
func NewMemCacheClient(delegate discovery.DiscoveryInterface) discovery.CachedDiscoveryInterface {
	return newClient(discovery.ToDiscoveryInterfaceWithContext(delegate))
}

// NewMemCacheClientWithContext returns a client that caches the results of delegate. It is safe for concurrent use.
func NewMemCacheClientWithContext(delegate discovery.DiscoveryInterfaceWithContext) discovery.CachedDiscoveryInterfaceWithContext {
	return newClient(delegate)
}

func newClient(delegate discovery.DiscoveryInterfaceWithContext) *client {
	c := &client{delegate: delegate, fetching: make(chan struct{}, 1)}
	c.Derived.Client = c
	return c
}

// RESTClient returns the delegate's REST client.
func (c *client) RESTClient() rest.Interface { return c.delegate.RESTClient() }

// WithLegacy returns the client itself: its cache has one form.
func (c *client) WithLegacy() discovery.DiscoveryInterface { return c }

// WithLegacyWithContext returns the client itself: its cache has one form.
func (c *client) WithLegacyWithContext(context.Context) discovery.DiscoveryInterfaceWithContext {
	return c
}

// ServerVersionWithContext requests the version from the server every time: it is small.
func (c *client) ServerVersionWithContext(ctx context.Context) (*version.Info, error) {
	return c.delegate.ServerVersionWithContext(ctx)
}

// OpenAPISchemaWithContext requests the document from the server every time: it is too large to keep.
func (c *client) OpenAPISchemaWithContext(ctx context.Context) (*openapi_v2.Document, error) {
	return c.delegate.OpenAPISchemaWithContext(ctx)
}

// Documents returns a client for OpenAPI v3 documents that caches them until Invalidate.
func (c *client) Documents() forms.Documents {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.documents == nil {
		c.documents = cachedopenapi.NewClientWithContext(c.delegate.OpenAPIV3WithContext(context.Background()))
	}
	return c.documents
}

// ServerGroupsWithContext returns the groups. They belong to the cache: do not change them.
func (c *client) ServerGroupsWithContext(ctx context.Context) (*metav1.APIGroupList, error) {
	current, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	return current.groups, nil
}

// GroupsAndMaybeResources is GroupsAndMaybeResourcesWithContext with an empty context.
func (c *client) GroupsAndMaybeResources() (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error) {
	return c.GroupsAndMaybeResourcesWithContext(context.Background())
}

// GroupsAndMaybeResourcesWithContext returns the groups and, if the server returned them in one document, the resources
// by group-version. They belong to the cache: do not change them.
func (c *client) GroupsAndMaybeResourcesWithContext(ctx context.Context) (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error) {
	current, err := c.load(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if !current.aggregated {
		return current.groups, nil, nil, nil
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	resources := make(map[schema.GroupVersion]*metav1.APIResourceList, len(current.resources))
	failed := make(map[schema.GroupVersion]error)
	for name, found := range current.resources {
		gv, err := schema.ParseGroupVersion(name)
		if err != nil {
			return nil, nil, nil, err
		}
		if found.err != nil {
			failed[gv] = found.err
		} else {
			resources[gv] = found.list
		}
	}
	return current.groups, resources, failed, nil
}

// ServerResourcesForGroupVersionWithContext returns the resources of a group-version. They belong to the cache: do not
// change them.
func (c *client) ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (*metav1.APIResourceList, error) {
	current, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	c.lock.Lock()
	found, ok := current.resources[groupVersion]
	c.lock.Unlock()
	if !ok {
		return nil, ErrCacheNotFound
	}
	if found.transient {
		found = c.fetch(ctx, groupVersion)
		c.lock.Lock()
		current.resources[groupVersion] = found
		c.lock.Unlock()
	}
	return found.list, found.err
}

// fetch fetches the resources of one group-version. An empty list is not an error, but transient: a metrics server has
// no resources while it starts.
func (c *client) fetch(ctx context.Context, groupVersion string) resourceList {
	list, err := c.delegate.ServerResourcesForGroupVersionWithContext(ctx, groupVersion)
	if err != nil {
		klog.FromContext(ctx).V(3).Info("No resources of a group-version", "groupVersion", groupVersion, "err", err)
	}
	empty := err == nil && (list == nil || len(list.APIResources) == 0)
	return resourceList{list, err, empty || isTransient(err)}
}

// isTransient reports whether another request, later or with another context, may succeed: the server was not reached,
// did not finish or failed internally, or an aggregated server behind it is unreachable.
func isTransient(err error) bool {
	if err == nil {
		return false
	}
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		code := status.Status().Code
		return code >= 500 || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code == http.StatusUnauthorized
	}
	return isConnectionError(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, new(discovery.StaleGroupVersionError))
}

// isConnectionError reports whether err comes from the connection rather than the response.
func isConnectionError(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, new(net.Error)) || errors.As(err, new(*net.OpError)) || errors.As(err, new(*url.Error)) ||
		errors.As(err, new(syscall.Errno)) || utilnet.IsProbableEOF(err) || utilnet.IsHTTP2ConnectionLost(err) ||
		strings.Contains(err.Error(), "http2: ") || strings.Contains(err.Error(), "stream error: ")
}
