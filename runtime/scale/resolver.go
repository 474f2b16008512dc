package scale

import (
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
)

// NewDiscoveryScaleKindResolver returns a resolver that calls discovery, and caches each kind for ever. It does not
// cache failures.
func NewDiscoveryScaleKindResolver(client discovery.ServerResourcesInterface) ScaleKindResolver {
	return &discoveryResolver{client: client, known: make(map[schema.GroupVersionResource]schema.GroupVersionKind)}
}

type discoveryResolver struct {
	client discovery.ServerResourcesInterface

	lock  sync.Mutex
	known map[schema.GroupVersionResource]schema.GroupVersionKind
}

func (r *discoveryResolver) ScaleForResource(resource schema.GroupVersionResource) (schema.GroupVersionKind, error) {
	r.lock.Lock()
	kind, ok := r.known[resource]
	r.lock.Unlock()
	if ok {
		return kind, nil
	}
	// The lock is not held here: a slow response must not delay other lookups.
	kind, err := r.fetch(resource)
	if err != nil {
		return schema.GroupVersionKind{}, err
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	r.known[resource] = kind
	return kind, nil
}

func (r *discoveryResolver) fetch(resource schema.GroupVersionResource) (schema.GroupVersionKind, error) {
	list, err := r.client.ServerResourcesForGroupVersion(resource.GroupVersion().String())
	if err != nil {
		return schema.GroupVersionKind{}, fmt.Errorf("unable to fetch discovery information for %s: %w", resource, err)
	}
	for _, candidate := range list.APIResources {
		if candidate.Name != resource.Resource+"/scale" {
			continue
		}
		if candidate.Group == "" || candidate.Version == "" {
			return resource.GroupVersion().WithKind(candidate.Kind), nil
		}
		return schema.GroupVersionKind{Group: candidate.Group, Version: candidate.Version, Kind: candidate.Kind}, nil
	}
	return schema.GroupVersionKind{}, fmt.Errorf("could not find scale subresource for %s in discovery information", resource)
}
