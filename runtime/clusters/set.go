package clusters

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/typewright/typewright/runtime/cache"
)

// Factory is a factory of the informers of one cluster. Generated factories are such, and those of dynamicinformer and metadatainformer.
type Factory interface {
	// StartWithContext starts every informer that does not run, and returns at once. They run until ctx ends.
	StartWithContext(ctx context.Context)
	// Shutdown waits for the informers to end, after their context has.
	Shutdown()
}

// Options are the options of a Set. The zero value is useful.
type Options struct {
	// Removed is called when a cluster has been removed, after the last event of it, so that handlers can forget its objects; may be nil.
	// It may add the cluster again.
	Removed func(cluster string)
}

// Set is a set of clusters, each with a factory. It is safe for concurrent use.
type Set[F Factory] struct {
	ctx  context.Context //nolint:containedctx // the informers of all clusters end with it
	opts Options

	mu       sync.Mutex
	closed   bool
	members  map[string]*member[F]
	handlers []attach[F]
}

// member is a cluster of the set.
type member[F Factory] struct {
	name      string
	factory   F
	ctx       context.Context //nolint:containedctx // of its informers; cancel ends it
	cancel    context.CancelFunc
	informers []cache.SharedIndexInformer
	leaving   bool
	gone      chan struct{} // closed when it has been removed
}

// attach adds a handler to an informer of a cluster.
type attach[F Factory] func(cluster string, factory F) (cache.SharedIndexInformer, error)

// New returns an empty set, whose informers run until ctx ends. Call Shutdown to wait for them.
func New[F Factory](ctx context.Context, opts Options) *Set[F] {
	return &Set[F]{ctx: ctx, opts: opts, members: map[string]*member[F]{}}
}

// The errors of Add and Handle. They are wrapped.
var (
	// ErrExists is the error for a name that another cluster of the set has.
	ErrExists = errors.New("the set has a cluster of this name: remove it first, and wait until Remove returns")
	// ErrShutdown is the error after Shutdown.
	ErrShutdown = errors.New("the set of clusters has been shut down")
)

// Add adds a cluster and starts its informers: those that Handle asks for, and any other that the factory has. It does not wait for the
// cluster, which may be down. The factory belongs to the set from now on, unless Add returns an error.
func (s *Set[F]) Add(cluster string, factory F) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fmt.Errorf("add cluster %q: %w", cluster, ErrShutdown)
	}
	if _, exists := s.members[cluster]; exists {
		return fmt.Errorf("add cluster %q: %w", cluster, ErrExists)
	}
	m := &member[F]{name: cluster, factory: factory, gone: make(chan struct{})}
	for _, handler := range s.handlers {
		if err := m.attach(handler); err != nil {
			return err
		}
	}
	m.ctx, m.cancel = context.WithCancel(s.ctx) //nolint:gosec // Remove and Shutdown call cancel
	s.members[cluster] = m
	factory.StartWithContext(m.ctx)
	return nil
}

// attach adds a handler to one of the cluster's informers.
func (m *member[F]) attach(handler attach[F]) error {
	informer, err := handler(m.name, m.factory)
	if err != nil {
		return fmt.Errorf("add a handler for cluster %q: %w", m.name, err)
	}
	if !slices.Contains(m.informers, informer) {
		m.informers = append(m.informers, informer)
	}
	return nil
}

// Remove stops the informers of a cluster, waits for calls of its handlers in progress, and calls Options.Removed. The handlers are not
// told of the objects one by one: they were not deleted. It reports whether the set had the cluster. A handler of the cluster must not
// call it, since it would wait for itself.
func (s *Set[F]) Remove(cluster string) bool {
	s.mu.Lock()
	m, ok := s.members[cluster]
	if !ok || m.leaving {
		s.mu.Unlock()
		if ok {
			<-m.gone
		}
		return ok
	}
	m.leaving = true
	s.mu.Unlock()
	m.cancel()
	m.factory.Shutdown()
	s.mu.Lock()
	delete(s.members, cluster)
	s.mu.Unlock()
	if s.opts.Removed != nil {
		s.opts.Removed(cluster)
	}
	close(m.gone)
	return true
}

// Shutdown removes all clusters, at the same time, and refuses others.
func (s *Set[F]) Shutdown() {
	s.mu.Lock()
	s.closed = true
	names := slices.Collect(maps.Keys(s.members))
	s.mu.Unlock()
	var removing sync.WaitGroup
	for _, name := range names {
		removing.Go(func() { s.Remove(name) })
	}
	removing.Wait()
}

// Get returns the factory of a cluster, for its listers, and whether the set has the cluster.
func (s *Set[F]) Get(cluster string) (factory F, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.members[cluster]; ok && !m.leaving {
		return m.factory, true
	}
	return factory, false
}

// Names returns the names of the clusters, sorted.
func (s *Set[F]) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.members))
}
