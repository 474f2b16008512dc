package disk

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
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
// kept there as well, for as long as the server says that they have not changed. Both folders are made when needed.
func NewCachedDiscoveryClientForConfig(config *rest.Config, discoveryCacheDir, httpCacheDir string, ttl time.Duration) (*CachedDiscoveryClient, error) {
	if httpCacheDir != "" {
		config = rest.CopyConfig(config)
		config.Wrap(func(next http.RoundTripper) http.RoundTripper {
			return &cachingTransport{directory: httpCacheDir, next: next}
		})
	}
	live, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	// The memory between lets one aggregated answer serve all the files.
	return newClient(memory.NewMemCacheClientWithContext(live), discoveryCacheDir, ttl), nil
}

func newClient(delegate discovery.DiscoveryInterfaceWithContext, directory string, ttl time.Duration) *CachedDiscoveryClient {
	c := &CachedDiscoveryClient{
		delegate: delegate,
		files:    &files{directory: directory, ttl: ttl, ours: make(map[string]bool), fresh: true},
	}
	c.derived.Client = c
	return c
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
	const name = "servergroups.json"
	groups := &metav1.APIGroupList{}
	if d.load(name, groups) && groups.Kind == "APIGroupList" && len(groups.Groups) > 0 {
		d.files.used(name)
		return groups, nil
	}
	groups, err := d.delegate.ServerGroupsWithContext(ctx)
	if err != nil || groups == nil || len(groups.Groups) == 0 {
		return groups, err
	}
	stored := *groups
	stored.TypeMeta = metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}
	d.store(ctx, name, &stored)
	return groups, nil
}

// ServerResourcesForGroupVersionWithContext returns the resources of a group-version, from the file where that is good.
func (d *CachedDiscoveryClient) ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (*metav1.APIResourceList, error) {
	name := filepath.Join(filepath.FromSlash(groupVersion), "serverresources.json")
	resources := &metav1.APIResourceList{}
	if d.load(name, resources) && resources.Kind == "APIResourceList" && resources.GroupVersion == groupVersion {
		d.files.used(name)
		return resources, nil
	}
	resources, err := d.delegate.ServerResourcesForGroupVersionWithContext(ctx, groupVersion)
	if err != nil || resources == nil || len(resources.APIResources) == 0 {
		return resources, err
	}
	stored := *resources
	stored.TypeMeta = metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}
	d.store(ctx, name, &stored)
	return resources, nil
}

func (d *CachedDiscoveryClient) load(name string, into any) bool {
	data, err := d.files.read(name)
	return err == nil && json.Unmarshal(data, into) == nil
}

func (d *CachedDiscoveryClient) store(ctx context.Context, name string, obj any) {
	data, err := json.Marshal(obj)
	if err == nil {
		err = d.files.write(name, data)
	}
	if err != nil {
		klog.FromContext(ctx).V(1).Info("Discovery is not remembered on disk", "file", name, "err", err)
	}
}
