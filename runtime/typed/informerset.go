package typed

import (
	"context"
	"errors"
	"sync"

	"github.com/typewright/typewright/runtime/cache"
)

// InformerSet starts and stops informers, at most one a key: the part that all informer factories share. The zero value
// is empty and usable. All methods are safe for concurrent use. An InformerSet must not be copied.
type InformerSet[K comparable] struct {
	lock    sync.Mutex
	members map[K]*member
	// startCtx is the context of the last Start, nil before it. It is that of the caller's Start, not of a request. With
	// autoStart, For starts new informers with it.
	startCtx     context.Context
	autoStart    bool
	running      sync.WaitGroup
	shuttingDown bool
	// cancels end the contexts that Start has made.
	cancels []context.CancelFunc
}

// member is an informer of a set.
type member struct {
	informer cache.SharedIndexInformer
	// counted is set by the first Use; from then on the informer runs only while users is above zero.
	counted bool
	users   int
	// stop ends the current run, whose context is ctx; nil if there is none. ended is closed when the last run has
	// ended.
	ctx   context.Context //nolint:containedctx // the context of a run, to check whether it has ended
	stop  context.CancelFunc
	ended chan struct{}
}

// runs reports whether the member runs and its context has not ended.
func (m *member) runs() bool { return m.stop != nil && m.ctx.Err() == nil }

// renew makes later waits for the member's sync wait for its next run.
func (m *member) renew() {
	if again, ok := m.informer.(interface{ Renew() }); ok {
		again.Renew()
	}
}

// shouldRun reports whether a started set runs the member.
func (m *member) shouldRun() bool { return !m.counted || m.users > 0 }

// For returns the informer of a key, and calls newInformer if there is none yet.
func (s *InformerSet[K]) For(key K, newInformer func() cache.SharedIndexInformer) cache.SharedIndexInformer {
	s.lock.Lock()
	defer s.lock.Unlock()
	if m, ok := s.members[key]; ok {
		return m.informer
	}
	if s.members == nil {
		s.members = make(map[K]*member)
	}
	m := &member{informer: newInformer()}
	s.members[key] = m
	if s.autoStart {
		s.start(s.startCtx, m)
	}
	return m.informer
}

// Informers returns all informers that For has created, in no particular order.
func (s *InformerSet[K]) Informers() []cache.SharedIndexInformer {
	s.lock.Lock()
	defer s.lock.Unlock()
	informers := make([]cache.SharedIndexInformer, 0, len(s.members))
	for _, m := range s.members {
		informers = append(informers, m.informer)
	}
	return informers
}

// Start starts every informer that does not run, and returns at once. Each runs in its own goroutine until ctx ends; an
// informer whose context has ended runs again, with ctx. With auto, informers that For creates later start at once;
// without it, they need another Start. After Shutdown, Start does nothing.
func (s *InformerSet[K]) Start(ctx context.Context, auto bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.startCtx, s.autoStart = ctx, s.autoStart || auto
	// All informers derive their contexts from one: that of a channel has a goroutine for each that is derived from it.
	ctx, cancel := context.WithCancel(ctx)
	started := false
	for _, m := range s.members {
		started = s.start(ctx, m) || started
	}
	if !started {
		cancel()
		return
	}
	s.cancels = append(s.cancels, cancel)
}

// start runs an informer unless it runs already, should not run, or the set is shutting down, and reports whether it does. The
// caller holds the lock.
func (s *InformerSet[K]) start(ctx context.Context, m *member) bool {
	if s.shuttingDown || m.runs() || !m.shouldRun() {
		return false
	}
	if m.stop != nil {
		m.stop() // its context has ended already
		m.renew()
	}
	ctx, m.stop = context.WithCancel(ctx)
	m.ctx = ctx
	before, ended := m.ended, make(chan struct{})
	m.ended = ended
	s.running.Go(func() {
		defer close(ended)
		if before != nil {
			<-before
		}
		m.informer.RunWithContext(ctx)
	})
	return true
}

// ErrNotOfThisSet is the error of Use for an informer that the set or factory did not create.
var ErrNotOfThisSet = errors.New("the informer is not one of this factory's")

// Use registers a user of one of the set's informers. From the first Use on, the informer runs only while it has users:
// it starts with the first if the set has been started, stops when the last releases it, and starts again with the
// next. It keeps its store and handlers while it is stopped, and then reports to them what has changed. Handlers may be
// added while it is stopped. Without a Use, an informer runs from Start until its context ends.
//
// The function release has an effect once. If there are no other users, it waits for the informer to end: a handler
// must not call it.
func (s *InformerSet[K]) Use(informer cache.SharedIndexInformer) (release func(), err error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, m := range s.members {
		if m.informer == informer {
			m.counted = true
			m.users++
			if s.startCtx != nil {
				s.start(s.startCtx, m)
			}
			return sync.OnceFunc(func() { s.release(m) }), nil
		}
	}
	return nil, ErrNotOfThisSet
}

func (s *InformerSet[K]) release(m *member) {
	s.lock.Lock()
	m.users--
	ended := m.ended
	if m.users > 0 || m.stop == nil {
		s.lock.Unlock()
		return
	}
	m.stop()
	m.stop = nil
	m.renew() // with the lock held, so that the next user waits for the next run
	s.lock.Unlock()
	<-ended
}

// Shutdown prevents further starts and waits for the running informers to end: end their contexts before it, or
// meanwhile. It may be called many times, also concurrently; every call waits.
func (s *InformerSet[K]) Shutdown() {
	s.lock.Lock()
	s.shuttingDown = true
	s.lock.Unlock()
	s.running.Wait()
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, m := range s.members {
		if m.stop != nil {
			m.stop()
		}
	}
	for _, cancel := range s.cancels {
		cancel()
	}
	s.cancels = nil
}

// WaitForCacheSync waits until the started informers have synced or ctx ends, and returns which of them have.
func (s *InformerSet[K]) WaitForCacheSync(ctx context.Context) map[K]bool {
	synced, _ := s.WaitForSync(ctx)
	return synced
}

// WaitForSync is WaitForCacheSync with an error, a [*cache.SyncError], that says what is wrong with each of the others.
func (s *InformerSet[K]) WaitForSync(ctx context.Context) (map[K]bool, error) {
	informers := s.startedInformers()
	all := make([]cache.SharedInformer, 0, len(informers))
	for _, informer := range informers {
		all = append(all, informer)
	}
	err := cache.WaitForSync(ctx, all...)
	synced := make(map[K]bool, len(informers))
	for key, informer := range informers {
		synced[key] = err == nil || informer.HasSynced()
	}
	return synced, err
}

func (s *InformerSet[K]) startedInformers() map[K]cache.SharedIndexInformer {
	s.lock.Lock()
	defer s.lock.Unlock()
	informers := make(map[K]cache.SharedIndexInformer, len(s.members))
	for key, m := range s.members {
		if m.stop != nil {
			informers[key] = m.informer
		}
	}
	return informers
}
