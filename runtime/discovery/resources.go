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

// attempts is how often all resources are fetched while some group-version fails. A custom resource that is deleted
// meanwhile is listed and then not found; the second list does not have it.
const attempts = 2

// ServerResourcesForGroupVersion is ServerResourcesForGroupVersionWithContext with an empty context.
func (d *DiscoveryClient) ServerResourcesForGroupVersion(groupVersion string) (resources *metav1.APIResourceList, err error) {
	return d.ServerResourcesForGroupVersionWithContext(context.Background(), groupVersion)
}

// ServerResourcesForGroupVersionWithContext returns the resources of a group-version such as "v1" or "apps/v1". If the
// server does not have the group-version, it returns a "not found" error, except for "v1": aggregated API servers do
// not have that, so its list is empty.
func (d *DiscoveryClient) ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (resources *metav1.APIResourceList, err error) {
	if groupVersion == "" {
		return nil, errors.New("the group-version is empty: name one, such as \"v1\" or \"apps/v1\"")
	}
	prefix := "/apis"
	if d.LegacyPrefix != "" && groupVersion == "v1" {
		prefix = d.LegacyPrefix
	}
	resources = &metav1.APIResourceList{GroupVersion: groupVersion}
	result := d.restClient.Get().AbsPath(prefix, groupVersion).SetHeader("Accept", AcceptV1).Do(ctx)
	err = result.Error()
	if groupVersion == "v1" && apierrors.IsNotFound(err) {
		return resources, nil
	}
	if err != nil {
		return nil, err
	}
	data, _ := result.Raw()
	if err := json.Unmarshal(data, resources); err != nil {
		return nil, fmt.Errorf("the server's list of resources (%s) is malformed: %w", prefix+"/"+groupVersion, webpage.Explain(err, "", data))
	}
	return resources, nil
}

// ServerGroupsAndResources is ServerGroupsAndResourcesWithContext with an empty context.
func (d *DiscoveryClient) ServerGroupsAndResources() ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	return d.ServerGroupsAndResourcesWithContext(context.Background())
}

// ServerGroupsAndResourcesWithContext returns the groups and the resources of all their versions. It tries again once
// if some group-version fails.
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

// ServerPreferredResourcesWithContext returns every resource once, in the version that the server prefers. It tries
// again once if some group-version fails.
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

// ServerPreferredNamespacedResourcesWithContext returns the namespaced ones of the preferred resources.
func (d *DiscoveryClient) ServerPreferredNamespacedResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error) {
	return ServerPreferredNamespacedResourcesWithContext(ctx, d)
}

// retry calls fetch until it returns anything but a partial failure, at most attempts times.
func retry(ctx context.Context, fetch func() error) error {
	var err error
	for range attempts {
		if err = fetch(); !IsGroupDiscoveryFailedError(err) || ctx.Err() != nil {
			break
		}
	}
	return err
}

// groupVersionsOf returns all versions of all groups in the server's order.
func groupVersionsOf(groups *metav1.APIGroupList) []schema.GroupVersion {
	var gvs []schema.GroupVersion
	for _, group := range groups.Groups {
		for _, v := range group.Versions {
			gvs = append(gvs, schema.GroupVersion{Group: group.Name, Version: v.Version})
		}
	}
	return gvs
}
