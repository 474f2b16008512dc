package typed

import (
	"context"
	"errors"
	"sync"

	"github.com/typewright/typewright/runtime/cache"
)

// InformerSet is the life of many informers, at most one a key: what every informer factory repeats, whatever it tells
// its informers apart by. The zero value is empty and ready. All methods are safe for use by many goroutines at once. An
// InformerSet must not be copied.
type InformerSet[K comparable] struct {
	lock    sync.Mutex
	members map[K]*member
	// begun is the context of the last Start, nil before; auto is set where informers that are asked for later begin to run
	// with it at once. It is that of the caller's Start, not of a request.
	begun        context.Context
	auto         bool
	running      sync.WaitGroup
	shuttingDown bool
}

// member is an informer of a set.
type member struct {
	informer cache.SharedIndexInformer
	// users are counted once somebody has used the informer by count: then it runs as long as there are any.
	counted bool
	users   int
	// stop ends the run in progress, whose context is ctx; nil where there is none. Ended is closed when the last run has
	// ended.
	ctx   context.Context //nolint:containedctx // that of a run, which is asked whether it has ended
	stop  context.CancelFunc
	ended chan struct{}
}

// runs reports whether the member runs and is not about to end.
func (m *member) runs() bool { return m.stop != nil && m.ctx.Err() == nil }

// renew has whoever asks from now on whether the member has synced wait for its next run.
func (m *member) renew() {
	if again, ok := m.informer.(interface{ Renew() }); ok {
		again.Renew()
	}
}

// wanted reports whether a started set runs the member.
func (m *member) wanted() bool { return !m.counted || m.users > 0 }

// For returns the informer of a key, made by newInformer when there is none yet.
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
	if s.auto {
		s.start(s.begun, m)
	}
	return m.informer
}

// Start starts every informer that was asked for and does not run, and returns at once. Each runs in its own goroutine until
// ctx ends; one whose context has ended runs again, with ctx. Informers that are asked for later are started at once where auto is set, and by the next
// Start otherwise. After Shutdown it does nothing.
func (s *InformerSet[K]) Start(ctx context.Context, auto bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.begun, s.auto = ctx, s.auto || auto
	for _, m := range s.members {
		s.start(ctx, m)
	}
}

// start runs an informer unless it runs, nobody wants it, or the set is shutting down; the lock is held.
func (s *InformerSet[K]) start(ctx context.Context, m *member) {
	if s.shuttingDown || m.runs() || !m.wanted() {
		return
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
}

// ErrNotOfThisSet is returned for an informer that a set or factory has not made.
var ErrNotOfThisSet = errors.New("the informer is not one of this factory's")

// Use counts a user of one of the set's informers. From the first Use on, the informer runs as long as it has users: it
// starts with the first, if the set has been started, stops with the release of the last, and starts again with the next;
// it keeps its store and its handlers meanwhile, and tells them what has changed. Handlers may be added while it stands
// still. Without a Use, an informer runs from Start until the end of its context.
//
// The function that it returns releases the informer, once, and waits for it to end where nobody else uses it: it must
// not be called by a handler.
func (s *InformerSet[K]) Use(informer cache.SharedIndexInformer) (release func(), err error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, m := range s.members {
		if m.informer == informer {
			m.counted = true
			m.users++
			if s.begun != nil {
				s.start(s.begun, m)
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
	m.renew() // with the lock held: its next user is to wait for its next run, however soon it comes
	s.lock.Unlock()
	<-ended
}

// Shutdown keeps further informers from being started and waits for those that run to end: end their contexts before,
// or meanwhile. It may be called many times, also at once; every call waits.
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
}

// WaitForCacheSync waits until the informers that were started hold everything that the server had, or until ctx ends,
// and tells which of them do.
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
