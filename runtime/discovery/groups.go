package discovery

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"sync"

	apidiscovery "k8s.io/api/apidiscovery/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/webpage"
)

// The values of discovery's Accept header. Servers need the parameters in this order.
const (
	// AcceptV1 requests unaggregated documents.
	AcceptV1 = runtime.ContentTypeJSON
	// AcceptV2 requests one aggregated document.
	AcceptV2 = runtime.ContentTypeJSON + ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
	// AcceptV2NoPeer requests an aggregated document of what the responding server itself serves.
	AcceptV2NoPeer = AcceptV2 + ";profile=nopeer"
)

func aggregatedKind() schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: "apidiscovery.k8s.io", Version: "v2", Kind: "APIGroupDiscoveryList"}
}

// groupDocument is the content of the discovery roots, /api and /apis.
type groupDocument struct {
	groups *metav1.APIGroupList
	// resources is nil if the document is not aggregated.
	resources map[schema.GroupVersion]*metav1.APIResourceList
	failed    map[schema.GroupVersion]error
}

// ServerGroups is ServerGroupsWithContext with an empty context.
func (d *DiscoveryClient) ServerGroups() (*metav1.APIGroupList, error) {
	return d.ServerGroupsWithContext(context.Background())
}

// ServerGroupsWithContext returns the groups with their versions and their preferred version; the core group comes
// first.
func (d *DiscoveryClient) ServerGroupsWithContext(ctx context.Context) (*metav1.APIGroupList, error) {
	groups, _, _, err := d.GroupsAndMaybeResourcesWithContext(ctx)
	return groups, err
}

// GroupsAndMaybeResources is GroupsAndMaybeResourcesWithContext with an empty context.
func (d *DiscoveryClient) GroupsAndMaybeResources() (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error) {
	return d.GroupsAndMaybeResourcesWithContext(context.Background())
}

// GroupsAndMaybeResourcesWithContext requests both roots, /api and /apis, concurrently. It returns the groups and, if
// both documents are aggregated, all resources by group-version and the errors of the failed group-versions. Otherwise
// the resources are nil.
func (d *DiscoveryClient) GroupsAndMaybeResourcesWithContext(ctx context.Context) (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, nil, err
	}
	var core, named groupDocument
	var coreErr, namedErr error
	var both sync.WaitGroup
	both.Go(func() { core, coreErr = d.coreGroup(ctx) })
	both.Go(func() { named, namedErr = d.namedGroups(ctx) })
	both.Wait()
	if coreErr != nil {
		return nil, nil, nil, coreErr
	}
	if namedErr != nil {
		return nil, nil, nil, namedErr
	}

	core.groups.Groups = append(core.groups.Groups, named.groups.Groups...)
	maps.Copy(core.failed, named.failed)
	if core.resources == nil || named.resources == nil {
		return core.groups, nil, core.failed, nil
	}
	maps.Copy(core.resources, named.resources)
	return core.groups, core.resources, core.failed, nil
}

// coreGroup fetches /api, the core group. An aggregated API server does not have it.
func (d *DiscoveryClient) coreGroup(ctx context.Context) (groupDocument, error) {
	data, aggregated, err := d.fetchRoot(ctx, "/api")
	switch {
	case apierrors.IsNotFound(err):
		return splitDocument(apidiscovery.APIGroupDiscoveryList{}), nil
	case err != nil:
		return groupDocument{}, err
	case aggregated:
		return parseAggregated(data)
	}
	versions := &metav1.APIVersions{}
	if err := json.Unmarshal(data, versions); err != nil {
		return groupDocument{}, fmt.Errorf("the server's list of versions (/api) is malformed: %w", webpage.Explain(err, "", data))
	}
	group := metav1.APIGroup{}
	for _, v := range versions.Versions {
		group.Versions = append(group.Versions, metav1.GroupVersionForDiscovery{GroupVersion: v, Version: v})
	}
	if len(group.Versions) > 0 {
		group.PreferredVersion = group.Versions[0]
	}
	return unaggregated(&metav1.APIGroupList{Groups: []metav1.APIGroup{group}}), nil
}

// namedGroups fetches /apis, all other groups.
func (d *DiscoveryClient) namedGroups(ctx context.Context) (groupDocument, error) {
	data, aggregated, err := d.fetchRoot(ctx, "/apis")
	if err != nil {
		return groupDocument{}, err
	}
	if aggregated {
		return parseAggregated(data)
	}
	groups := &metav1.APIGroupList{}
	if err := json.Unmarshal(data, groups); err != nil {
		return groupDocument{}, fmt.Errorf("the server's list of groups (/apis) is malformed: %w", webpage.Explain(err, "", data))
	}
	return unaggregated(groups), nil
}

func (d *DiscoveryClient) fetchRoot(ctx context.Context, path string) (data []byte, aggregated bool, err error) {
	var contentType string
	data, err = d.restClient.Get().
		AbsPath(path).
		SetHeader("Accept", d.accept()).
		Do(ctx).
		ContentType(&contentType).
		Raw()
	// A malformed content type is not that of an aggregated document.
	aggregated, _ = ContentTypeIsGVK(contentType, aggregatedKind())
	return data, aggregated, err
}

// accept lists the aggregated documents first; servers choose the first that they support.
func (d *DiscoveryClient) accept() string {
	switch {
	case d.UseLegacyDiscovery:
		return AcceptV1
	case d.NoPeerDiscovery:
		return AcceptV2NoPeer + "," + AcceptV2 + "," + AcceptV1
	default:
		return AcceptV2 + "," + AcceptV1
	}
}

func parseAggregated(data []byte) (groupDocument, error) {
	var list apidiscovery.APIGroupDiscoveryList
	if err := json.Unmarshal(data, &list); err != nil {
		return groupDocument{}, fmt.Errorf("the server's aggregated discovery document is malformed: %w", webpage.Explain(err, "", data))
	}
	return splitDocument(list), nil
}

func splitDocument(list apidiscovery.APIGroupDiscoveryList) groupDocument {
	groups, resources, failed := SplitGroupsAndResources(list)
	return groupDocument{groups: groups, resources: resources, failed: failed}
}

func unaggregated(groups *metav1.APIGroupList) groupDocument {
	return groupDocument{groups: groups, failed: map[schema.GroupVersion]error{}}
}

// ContentTypeIsGVK reports whether a content type is JSON whose parameters g, v and as, in any order, name the kind; it
// ignores other parameters. A malformed content type is an error.
func ContentTypeIsGVK(contentType string, gvk schema.GroupVersionKind) (bool, error) {
	base, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false, err
	}
	named := schema.GroupVersionKind{Group: params["g"], Version: params["v"], Kind: params["as"]}
	return base == runtime.ContentTypeJSON && named == gvk, nil
}
