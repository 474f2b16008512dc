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

// derived embeds the forms that follow from others without showing a field.
type derived = forms.Derived

// CachedDiscoveryClient is a discovery client that remembers in files. It is safe for use by many goroutines at once.
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

// NewCachedDiscoveryClientForConfig returns a discovery client for the server of the configuration which remembers
// groups and resources in discoveryCacheDir for the time ttl. With an httpCacheDir, the responses to its requests are
// kept there as well, for as long as the server says that they have not changed. Both folders are made when needed, with
// mode 0700, and files in them have mode 0600.
//
// What was told to one user is told to no other: see the package's documentation for how users are told apart. A
// configuration with a Transport hides who the user is, so for it nothing is kept on disk.
func NewCachedDiscoveryClientForConfig(config *rest.Config, discoveryCacheDir, httpCacheDir string, ttl time.Duration) (*CachedDiscoveryClient, error) {
	identity := identityOf(config)
	if httpCacheDir != "" && identity != "" {
		cached := rest.CopyConfig(config)
		keeper := &cachingTransport{
			folder: folder(httpCacheDir), identity: identity,
			namesUsers: config.ExecProvider != nil || config.AuthProvider != nil,
		}
		// It goes below the program's own wrappers, so that it sees what they add.
		cached.WrapTransport = transport.Wrappers(keeper.above, config.WrapTransport)
		config = cached
	}
	live, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	c := &CachedDiscoveryClient{
		// The memory between lets one aggregated answer serve all the files.
		delegate: memory.NewMemCacheClientWithContext(live),
		files: &files{
			folder: folder(discoveryCacheDir), ttl: ttl, identity: identity,
			ours: make(map[string]bool), fresh: true,
		},
	}
	c.derived.Client = c
	return c, nil
}

// RESTClient returns the client that asks the server.
func (d *CachedDiscoveryClient) RESTClient() rest.Interface { return d.delegate.RESTClient() }

// WithLegacy returns the client itself: what it remembers is of one kind.
func (d *CachedDiscoveryClient) WithLegacy() discovery.DiscoveryInterface { return d }

// WithLegacyWithContext returns the client itself: what it remembers is of one kind.
func (d *CachedDiscoveryClient) WithLegacyWithContext(context.Context) discovery.DiscoveryInterfaceWithContext {
	return d
}

// ServerVersionWithContext asks the server.
func (d *CachedDiscoveryClient) ServerVersionWithContext(ctx context.Context) (*version.Info, error) {
	return d.delegate.ServerVersionWithContext(ctx)
}

// OpenAPISchemaWithContext asks the server.
func (d *CachedDiscoveryClient) OpenAPISchemaWithContext(ctx context.Context) (*openapi_v2.Document, error) {
	return d.delegate.OpenAPISchemaWithContext(ctx)
}

// Documents returns a client for OpenAPI v3 documents which remembers them until Invalidate.
func (d *CachedDiscoveryClient) Documents() forms.Documents {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.documents == nil {
		d.documents = cachedopenapi.NewClientWithContext(d.delegate.OpenAPIV3WithContext(context.Background()))
	}
	return d.documents
}

// FreshWithContext reports whether everything told so far came from this client's own questions: false tells that some
// of it was found in files of others, and that a look-up which found nothing is worth another try after Invalidate.
func (d *CachedDiscoveryClient) FreshWithContext(context.Context) bool { return d.files.allOurs() }

// InvalidateWithContext makes the client ask anew for everything; files of others are left alone until then.
func (d *CachedDiscoveryClient) InvalidateWithContext(ctx context.Context) {
	d.lock.Lock()
	d.documents = nil
	d.lock.Unlock()
	d.files.invalidate()
	forms.Invalidate(ctx, d.delegate)
}

// ServerGroupsWithContext returns the groups, from the file where that is good.
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

// ServerResourcesForGroupVersionWithContext returns the resources of a group-version, from the file where that is good.
func (d *CachedDiscoveryClient) ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (*metav1.APIResourceList, error) {
	name, unfit := fileOf(groupVersion)
	resources := &metav1.APIResourceList{}
	if unfit == nil && d.files.read(name, resources) == nil && resources.Kind == "APIResourceList" && resources.GroupVersion == groupVersion {
		d.files.used(name)
		return resources, nil
	}
	resources, err := d.delegate.ServerResourcesForGroupVersionWithContext(ctx, groupVersion)
	if err != nil || resources == nil || len(resources.APIResources) == 0 || unfit != nil {
		return resources, err
	}
	stored := *resources
	stored.TypeMeta = metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}
	d.store(ctx, name, &stored)
	return resources, nil
}

func (d *CachedDiscoveryClient) store(ctx context.Context, name string, obj any) {
	if err := d.files.write(name, obj); err != nil {
		klog.FromContext(ctx).V(1).Info("Discovery is not remembered on disk", "file", name, "err", err)
	}
}
