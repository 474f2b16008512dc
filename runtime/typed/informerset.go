package typed

import (
	"context"
	"sync"

	"github.com/typewright/typewright/runtime/cache"
)

// InformerSet is the life of many informers, at most one a key: what every informer factory repeats, whatever it tells
// its informers apart by. The zero value is empty and ready. All methods are safe for use by many goroutines at once. An
// InformerSet must not be copied.
type InformerSet[K comparable] struct {
	lock sync.Mutex
	// informers holds every informer that was asked for, started those of them that run.
	informers map[K]cache.SharedIndexInformer
	started   map[K]bool
	// later is the context that informers which are asked for after Start begin to run with; nil where they wait for
	// the next Start. It is that of the caller's Start, not of a request.
	later        context.Context
	running      sync.WaitGroup
	shuttingDown bool
}

// For returns the informer of a key, made by newInformer when there is none yet.
func (s *InformerSet[K]) For(key K, newInformer func() cache.SharedIndexInformer) cache.SharedIndexInformer {
	s.lock.Lock()
	defer s.lock.Unlock()
	if informer, ok := s.informers[key]; ok {
		return informer
	}
	if s.informers == nil {
		s.informers, s.started = make(map[K]cache.SharedIndexInformer), make(map[K]bool)
	}
	informer := newInformer()
	s.informers[key] = informer
	if s.later != nil && !s.shuttingDown {
		s.start(s.later, key)
	}
	return informer
}

// Start starts every informer that was asked for and does not run yet, and returns at once. Each runs in its own
// goroutine until ctx ends. Informers that are asked for later are started at once where auto is set, and by the next
// Start otherwise. After Shutdown it does nothing.
func (s *InformerSet[K]) Start(ctx context.Context, auto bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.shuttingDown {
		return
	}
	if auto {
		s.later = ctx
	}
	for key := range s.informers {
		s.start(ctx, key)
	}
}

// start runs an informer unless it runs; the lock is held.
func (s *InformerSet[K]) start(ctx context.Context, key K) {
	if s.started[key] {
		return
	}
	s.started[key] = true
	informer := s.informers[key]
	s.running.Go(func() { informer.RunWithContext(ctx) })
}

// Shutdown keeps further informers from being started and waits for those that run to end: end their contexts before,
// or meanwhile. It may be called many times, also at once; every call waits.
func (s *InformerSet[K]) Shutdown() {
	s.lock.Lock()
	s.shuttingDown = true
	s.lock.Unlock()
	s.running.Wait()
}

// WaitForCacheSync waits until the informers that were started hold everything that the server had, or until ctx ends,
// and tells which of them do.
func (s *InformerSet[K]) WaitForCacheSync(ctx context.Context) map[K]bool {
	informers := s.startedInformers()
	checkers := make([]cache.DoneChecker, 0, len(informers))
	for _, informer := range informers {
		checkers = append(checkers, informer.HasSyncedChecker())
	}
	cache.WaitFor(ctx, "", checkers...)
	synced := make(map[K]bool, len(informers))
	for key, informer := range informers {
		synced[key] = informer.HasSynced()
	}
	return synced
}

func (s *InformerSet[K]) startedInformers() map[K]cache.SharedIndexInformer {
	s.lock.Lock()
	defer s.lock.Unlock()
	informers := make(map[K]cache.SharedIndexInformer, len(s.started))
	for key := range s.started {
		informers[key] = s.informers[key]
	}
	return informers
}
