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

// ErrCacheNotFound reports a group-version that the server did not have when it was last asked.
var ErrCacheNotFound = errors.New("not found")

// client implements discovery in both forms and remembers.
type client struct {
	forms.Derived

	delegate discovery.DiscoveryInterfaceWithContext
	// asking holds one token while the server is asked for everything, so that it is asked once however many wait.
	asking chan struct{}

	// lock guards what follows; it is not held while the server is asked.
	lock      sync.Mutex
	known     *answers // nil when nothing valid is known
	age       int      // counts Invalidate
	documents *cachedopenapi.Client
}

// answers is everything that one round of questions told. Only resources changes later, under the client's lock.
type answers struct {
	groups    *metav1.APIGroupList
	resources map[string]answer
	// aggregated is set where groups and resources came in one document.
	aggregated bool
}

// answer is what was told about one group-version. One that may be another soon is asked for again when it is needed.
type answer struct {
	list    *metav1.APIResourceList
	err     error
	passing bool
}

var (
	_ discovery.CachedDiscoveryInterface                = (*client)(nil)
	_ discovery.CachedDiscoveryInterfaceWithContext     = (*client)(nil)
	_ discovery.AggregatedDiscoveryInterface            = (*client)(nil)
	_ discovery.AggregatedDiscoveryInterfaceWithContext = (*client)(nil)
)

// NewMemCacheClient returns a client that remembers what delegate tells. It is safe for use by many goroutines at once.
func NewMemCacheClient(delegate discovery.DiscoveryInterface) discovery.CachedDiscoveryInterface {
	return newClient(discovery.ToDiscoveryInterfaceWithContext(delegate))
}

// NewMemCacheClientWithContext returns a client that remembers what delegate tells. It is safe for use by many
// goroutines at once.
func NewMemCacheClientWithContext(delegate discovery.DiscoveryInterfaceWithContext) discovery.CachedDiscoveryInterfaceWithContext {
	return newClient(delegate)
}

func newClient(delegate discovery.DiscoveryInterfaceWithContext) *client {
	c := &client{delegate: delegate, asking: make(chan struct{}, 1)}
	c.Derived.Client = c
	return c
}

// RESTClient returns the delegate's REST client.
func (c *client) RESTClient() rest.Interface { return c.delegate.RESTClient() }

// WithLegacy returns the client itself: what it remembers is of one kind.
func (c *client) WithLegacy() discovery.DiscoveryInterface { return c }

// WithLegacyWithContext returns the client itself: what it remembers is of one kind.
func (c *client) WithLegacyWithContext(context.Context) discovery.DiscoveryInterfaceWithContext {
	return c
}

// ServerVersionWithContext asks the server: a version is one small request.
func (c *client) ServerVersionWithContext(ctx context.Context) (*version.Info, error) {
	return c.delegate.ServerVersionWithContext(ctx)
}

// OpenAPISchemaWithContext asks the server: the document is too large to hold on to.
func (c *client) OpenAPISchemaWithContext(ctx context.Context) (*openapi_v2.Document, error) {
	return c.delegate.OpenAPISchemaWithContext(ctx)
}

// Documents returns a client for OpenAPI v3 documents which remembers them until Invalidate.
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
	known, err := c.answers(ctx)
	if err != nil {
		return nil, err
	}
	return known.groups, nil
}

// GroupsAndMaybeResources is GroupsAndMaybeResourcesWithContext with an empty context.
func (c *client) GroupsAndMaybeResources() (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error) {
	return c.GroupsAndMaybeResourcesWithContext(context.Background())
}

// GroupsAndMaybeResourcesWithContext returns the groups and, where the server told them in one document, the resources
// by group-version. They belong to the cache: do not change them.
func (c *client) GroupsAndMaybeResourcesWithContext(ctx context.Context) (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error) {
	known, err := c.answers(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if !known.aggregated {
		return known.groups, nil, nil, nil
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	resources := make(map[schema.GroupVersion]*metav1.APIResourceList, len(known.resources))
	failed := make(map[schema.GroupVersion]error)
	for name, answer := range known.resources {
		gv, err := schema.ParseGroupVersion(name)
		if err != nil {
			return nil, nil, nil, err
		}
		if answer.err != nil {
			failed[gv] = answer.err
		} else {
			resources[gv] = answer.list
		}
	}
	return known.groups, resources, failed, nil
}

// ServerResourcesForGroupVersionWithContext returns the resources of a group-version. They belong to the cache: do not
// change them.
func (c *client) ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (*metav1.APIResourceList, error) {
	known, err := c.answers(ctx)
	if err != nil {
		return nil, err
	}
	c.lock.Lock()
	found, ok := known.resources[groupVersion]
	c.lock.Unlock()
	if !ok {
		return nil, ErrCacheNotFound
	}
	if found.passing {
		found = c.ask(ctx, groupVersion)
		c.lock.Lock()
		known.resources[groupVersion] = found
		c.lock.Unlock()
	}
	return found.list, found.err
}

// ask asks the server about one group-version. One without resources is no error, but it may have some soon: metrics
// servers have none while they start.
func (c *client) ask(ctx context.Context, groupVersion string) answer {
	list, err := c.delegate.ServerResourcesForGroupVersionWithContext(ctx, groupVersion)
	if err != nil {
		klog.FromContext(ctx).V(3).Info("No resources of a group-version", "groupVersion", groupVersion, "err", err)
	}
	empty := err == nil && (list == nil || len(list.APIResources) == 0)
	return answer{list, err, empty || isPassing(err)}
}

// isPassing reports whether asking again, later or in another context, may give another answer: a server that was
// not reached or did not finish, one with other troubles, and one that passes on that another is out of reach.
func isPassing(err error) bool {
	if err == nil {
		return false
	}
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		code := status.Status().Code
		return code >= 500 || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code == http.StatusUnauthorized
	}
	return isBroken(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, new(discovery.StaleGroupVersionError))
}

// isBroken reports an error of a connection rather than of what came through it.
func isBroken(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, new(net.Error)) || errors.As(err, new(*net.OpError)) || errors.As(err, new(*url.Error)) ||
		errors.As(err, new(syscall.Errno)) || utilnet.IsProbableEOF(err) || utilnet.IsHTTP2ConnectionLost(err) ||
		strings.Contains(err.Error(), "http2: ") || strings.Contains(err.Error(), "stream error: ")
}
