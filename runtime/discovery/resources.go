package discovery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/webpage"
)

// attempts is how often the full list of resources is asked for while some group-version fails: a custom resource that
// is deleted meanwhile is listed and then not found, and is gone the second time.
const attempts = 2

// ServerResourcesForGroupVersion is ServerResourcesForGroupVersionWithContext with an empty context.
func (d *DiscoveryClient) ServerResourcesForGroupVersion(groupVersion string) (resources *metav1.APIResourceList, err error) {
	return d.ServerResourcesForGroupVersionWithContext(context.Background(), groupVersion)
}

// ServerResourcesForGroupVersionWithContext returns the resources of a group-version such as "v1" or "apps/v1". One
// that the server does not have is a "not found" error, but for "v1", which is then empty: aggregated API servers have
// no such thing.
func (d *DiscoveryClient) ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (resources *metav1.APIResourceList, err error) {
	if groupVersion == "" {
		return nil, errors.New("the group-version is empty: name one, such as \"v1\" or \"apps/v1\"")
	}
	prefix := "/apis"
	if d.LegacyPrefix != "" && groupVersion == "v1" {
		prefix = d.LegacyPrefix
	}
	resources = &metav1.APIResourceList{GroupVersion: groupVersion}
	data, err := d.restClient.Get().AbsPath(prefix, groupVersion).SetHeader("Accept", AcceptV1).Do(ctx).Raw()
	if groupVersion == "v1" && apierrors.IsNotFound(err) {
		return resources, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, resources); err != nil {
		return nil, fmt.Errorf("the server's list of resources (%s) is malformed: %w", prefix+"/"+groupVersion, webpage.Explain(err, "", data))
	}
	return resources, nil
}

// ServerGroupsAndResources is ServerGroupsAndResourcesWithContext with an empty context.
func (d *DiscoveryClient) ServerGroupsAndResources() ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	return d.ServerGroupsAndResourcesWithContext(context.Background())
}

// ServerGroupsAndResourcesWithContext returns the groups, and the resources of all versions of all groups. It asks once
// more when some group-version failed.
func (d *DiscoveryClient) ServerGroupsAndResourcesWithContext(ctx context.Context) (groups []*metav1.APIGroup, resources []*metav1.APIResourceList, err error) {
	err = retry(ctx, func() (err error) {
		groups, resources, err = ServerGroupsAndResourcesWithContext(ctx, d)
		return err
	})
	return groups, resources, err
}

// ServerPreferredResources is ServerPreferredResourcesWithContext with an empty context.
func (d *DiscoveryClient) ServerPreferredResources() ([]*metav1.APIResourceList, error) {
	return d.ServerPreferredResourcesWithContext(context.Background())
}

// ServerPreferredResourcesWithContext returns every resource once, in the version that the server prefers. It asks once
// more when some group-version failed.
func (d *DiscoveryClient) ServerPreferredResourcesWithContext(ctx context.Context) (resources []*metav1.APIResourceList, err error) {
	err = retry(ctx, func() (err error) {
		resources, err = ServerPreferredResourcesWithContext(ctx, d)
		return err
	})
	return resources, err
}

// ServerPreferredNamespacedResources is ServerPreferredNamespacedResourcesWithContext with an empty context.
func (d *DiscoveryClient) ServerPreferredNamespacedResources() ([]*metav1.APIResourceList, error) {
	return d.ServerPreferredNamespacedResourcesWithContext(context.Background())
}

// ServerPreferredNamespacedResourcesWithContext returns those preferred resources which live in namespaces.
func (d *DiscoveryClient) ServerPreferredNamespacedResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error) {
	return ServerPreferredNamespacedResourcesWithContext(ctx, d)
}

// retry calls ask until it returns something else than a partial failure, at most attempts times.
func retry(ctx context.Context, ask func() error) error {
	var err error
	for range attempts {
		if err = ask(); !IsGroupDiscoveryFailedError(err) || ctx.Err() != nil {
			break
		}
	}
	return err
}

// groupVersionsOf lists all versions of all groups in the server's order.
func groupVersionsOf(groups *metav1.APIGroupList) []schema.GroupVersion {
	var gvs []schema.GroupVersion
	for _, group := range groups.Groups {
		for _, v := range group.Versions {
			gvs = append(gvs, schema.GroupVersion{Group: group.Name, Version: v.Version})
		}
	}
	return gvs
}
