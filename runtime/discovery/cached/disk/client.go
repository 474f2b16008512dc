package disk

import (
	"context"
	"sync"
	"time"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/internal/forms"
	"github.com/typewright/typewright/runtime/discovery/cached/memory"
	cachedopenapi "github.com/typewright/typewright/runtime/openapi/cached"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport"
)

// derived is embedded, so that the embedded field is not exported.
type derived = forms.Derived

// CachedDiscoveryClient is a discovery client with a cache in files. It is safe for concurrent use.
type CachedDiscoveryClient struct {
	derived

	delegate discovery.DiscoveryInterfaceWithContext
	files    *files

	lock      sync.Mutex
	documents *cachedopenapi.Client
}

var (
	_ discovery.CachedDiscoveryInterface            = (*CachedDiscoveryClient)(nil)
	_ discovery.CachedDiscoveryInterfaceWithContext = (*CachedDiscoveryClient)(nil)
)

// NewCachedDiscoveryClientForConfig returns a discovery client for the server of the configuration that caches groups
// and resources in discoveryCacheDir for the time ttl. If httpCacheDir is set, it also caches HTTP responses there, and
// revalidates them with the server. It creates both folders when needed, with mode 0700, and files with mode 0600.
//
// Users do not share cached files: the package documentation says how they are identified. A Transport in the
// configuration hides the user, so the client then caches nothing on disk.
func NewCachedDiscoveryClientForConfig(config *rest.Config, discoveryCacheDir, httpCacheDir string, ttl time.Duration) (*CachedDiscoveryClient, error) {
	identity := identityOf(config)
	if httpCacheDir != "" && identity != "" {
		cached := rest.CopyConfig(config)
		caching := &cachingTransport{
			folder: folder(httpCacheDir), identity: identity,
			needsAuthorization: config.ExecProvider != nil || config.AuthProvider != nil,
		}
		// It goes below the program's wrappers, so that it sees what they add.
		cached.WrapTransport = transport.Wrappers(caching.wrap, config.WrapTransport)
		config = cached
	}
	live, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	c := &CachedDiscoveryClient{
		// The memory cache lets one aggregated response fill all the files.
		delegate: memory.NewMemCacheClientWithContext(live),
		files: &files{
			folder: folder(discoveryCacheDir), ttl: ttl, identity: identity,
			written: make(map[string]bool), fresh: true,
		},
	}
	c.derived.Client = c
	return c, nil
}

// RESTClient returns the client that sends the requests.
func (d *CachedDiscoveryClient) RESTClient() rest.Interface { return d.delegate.RESTClient() }

// WithLegacy returns the client itself: its cache has one form.
func (d *CachedDiscoveryClient) WithLegacy() discovery.DiscoveryInterface { return d }

// WithLegacyWithContext returns the client itself: its cache has one form.
func (d *CachedDiscoveryClient) WithLegacyWithContext(context.Context) discovery.DiscoveryInterfaceWithContext {
	return d
}

// ServerVersionWithContext requests the version from the server every time.
func (d *CachedDiscoveryClient) ServerVersionWithContext(ctx context.Context) (*version.Info, error) {
	return d.delegate.ServerVersionWithContext(ctx)
}

// OpenAPISchemaWithContext requests the document from the server every time.
func (d *CachedDiscoveryClient) OpenAPISchemaWithContext(ctx context.Context) (*openapi_v2.Document, error) {
	return d.delegate.OpenAPISchemaWithContext(ctx)
}

// Documents returns a client for OpenAPI v3 documents that caches them in memory until Invalidate.
func (d *CachedDiscoveryClient) Documents() forms.Documents {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.documents == nil {
		d.documents = cachedopenapi.NewClientWithContext(d.delegate.OpenAPIV3WithContext(context.Background()))
	}
	return d.documents
}

// FreshWithContext reports whether no result came from a file of another process. If it is false and a lookup found
// nothing, call Invalidate and try again.
func (d *CachedDiscoveryClient) FreshWithContext(context.Context) bool { return d.files.isFresh() }

// InvalidateWithContext makes the client fetch everything again. It does not remove files; the client ignores those
// written before.
func (d *CachedDiscoveryClient) InvalidateWithContext(ctx context.Context) {
	d.lock.Lock()
	d.documents = nil
	d.lock.Unlock()
	d.files.invalidate()
	forms.Invalidate(ctx, d.delegate)
}

// ServerGroupsWithContext returns the groups, from the file if it is valid.
func (d *CachedDiscoveryClient) ServerGroupsWithContext(ctx context.Context) (*metav1.APIGroupList, error) {
	groups := &metav1.APIGroupList{}
	if d.files.read(groupsFile, groups) == nil && groups.Kind == "APIGroupList" && len(groups.Groups) > 0 {
		d.files.used(groupsFile)
		return groups, nil
	}
	groups, err := d.delegate.ServerGroupsWithContext(ctx)
	if err != nil || groups == nil || len(groups.Groups) == 0 {
		return groups, err
	}
	stored := *groups
	stored.TypeMeta = metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}
	d.store(ctx, groupsFile, &stored)
	return groups, nil
}

// ServerResourcesForGroupVersionWithContext returns the resources of a group-version, from the file if it is valid.
func (d *CachedDiscoveryClient) ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (*metav1.APIResourceList, error) {
	name, nameErr := fileOf(groupVersion)
	resources := &metav1.APIResourceList{}
	if nameErr == nil && d.files.read(name, resources) == nil && resources.Kind == "APIResourceList" && resources.GroupVersion == groupVersion {
		d.files.used(name)
		return resources, nil
	}
	resources, err := d.delegate.ServerResourcesForGroupVersionWithContext(ctx, groupVersion)
	if err != nil || resources == nil || len(resources.APIResources) == 0 || nameErr != nil {
		return resources, err
	}
	stored := *resources
	stored.TypeMeta = metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}
	d.store(ctx, name, &stored)
	return resources, nil
}

func (d *CachedDiscoveryClient) store(ctx context.Context, name string, obj any) {
	if err := d.files.write(name, obj); err != nil {
		klog.FromContext(ctx).V(1).Info("Discovery was not cached on disk", "file", name, "err", err)
	}
}
