package kinds

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Registry holds the resources of a server. It is safe for concurrent use, and readers do not block.
type Registry struct {
	mu  sync.Mutex
	now atomic.Pointer[Resources]
}

// Resources is an immutable snapshot of the resources of a registry.
type Resources struct {
	ordered []*Resource
	byPath  map[schema.GroupVersionResource]*Resource
	byKind  map[schema.GroupVersionKind]*Resource
}

// NewRegistry returns a registry with some resources.
func NewRegistry(resources []*Resource) *Registry {
	r := &Registry{}
	r.set(resources)
	return r
}

func (r *Registry) set(resources []*Resource) {
	slices.SortStableFunc(resources, func(a, b *Resource) int {
		return strings.Compare(a.GroupVersion().String()+"/"+a.Name, b.GroupVersion().String()+"/"+b.Name)
	})
	next := &Resources{
		ordered: resources,
		byPath:  make(map[schema.GroupVersionResource]*Resource, len(resources)),
		byKind:  make(map[schema.GroupVersionKind]*Resource, len(resources)),
	}
	for _, resource := range resources {
		next.byPath[resource.GroupVersion().WithResource(resource.Name)] = resource
		next.byKind[resource.GroupVersionKind] = resource
	}
	r.now.Store(next)
}

// Now returns the current resources.
func (r *Registry) Now() *Resources { return r.now.Load() }

// Replace replaces the resources of a custom resource definition.
func (r *Registry) Replace(definition string, resources []*Resource) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := slices.DeleteFunc(slices.Clone(r.Now().ordered), func(have *Resource) bool { return have.Definition == definition })
	r.set(append(kept, resources...))
}

// All returns the resources in the order of their group version and name. Do not change the result.
func (r *Resources) All() []*Resource { return r.ordered }

// ByPath finds a resource by its name in paths; nil if there is none.
func (r *Resources) ByPath(gv schema.GroupVersion, name string) *Resource {
	return r.byPath[gv.WithResource(name)]
}

// ByKind finds a resource by the kind of its objects; nil if there is none.
func (r *Resources) ByKind(gvk schema.GroupVersionKind) *Resource { return r.byKind[gvk] }

// Versions returns a resource in each version in which it is served.
func (r *Resources) Versions(resource schema.GroupResource) (all []*Resource) {
	for _, have := range r.ordered {
		if have.GroupResource() == resource {
			all = append(all, have)
		}
	}
	return all
}

// OfGroupVersion returns the resources of a group-version.
func (r *Resources) OfGroupVersion(gv schema.GroupVersion) []*Resource {
	var found []*Resource
	for _, resource := range r.ordered {
		if resource.GroupVersion() == gv {
			found = append(found, resource)
		}
	}
	return found
}
