package clusters

import (
	"context"
	"fmt"

	"github.com/typewright/typewright/runtime/cache"
)

// Status is how far a cluster is.
type Status struct {
	Cluster string
	// Synced is set once all informers with handlers of the set have everything that the cluster had when they were started.
	Synced bool
	// Objects is how many objects the informers have.
	Objects int
	// Err is why an informer cannot list or watch now; nil if all can, or have not been answered yet.
	Err error
}

// Status returns the status of each cluster, sorted by name.
func (s *Set[F]) Status() []Status {
	var all []Status
	for _, name := range s.Names() {
		if informers, ok := s.informersOf(name); ok {
			all = append(all, statusOf(name, informers))
		}
	}
	return all
}

func statusOf(cluster string, informers []cache.SharedIndexInformer) Status {
	status := Status{Cluster: cluster, Synced: true}
	for _, informer := range informers {
		one, _ := cache.StatusOf(informer)
		status.Synced = status.Synced && informer.HasSynced()
		status.Objects += one.Objects
		if status.Err == nil && one.Err != nil {
			status.Err = fmt.Errorf("informer of %s: %w", one.Name, one.Err)
		}
	}
	return status
}

// WaitForSync waits until the informers of a cluster that have handlers of the set have synced, and returns nil. If ctx ends first, the
// error says what is wrong with them, see [cache.WaitForSync].
func (s *Set[F]) WaitForSync(ctx context.Context, cluster string) error {
	informers, ok := s.informersOf(cluster)
	if !ok {
		return fmt.Errorf("wait for cluster %q: the set has no cluster of this name", cluster)
	}
	all := make([]cache.SharedInformer, len(informers))
	for i, informer := range informers {
		all[i] = informer
	}
	if err := cache.WaitForSync(ctx, all...); err != nil {
		return fmt.Errorf("cluster %q: %w", cluster, err)
	}
	return nil
}

// informersOf returns the informers of a cluster that have handlers of the set.
func (s *Set[F]) informersOf(cluster string) (informers []cache.SharedIndexInformer, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.members[cluster]
	if !ok {
		return nil, false
	}
	return append(informers, m.informers...), true
}
