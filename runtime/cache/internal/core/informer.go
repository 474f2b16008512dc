package core

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/clock"
)

// InformerOptions are the options of an Informer.
type InformerOptions[T any] struct {
	// Name is for logs and errors.
	Name string
	// Source lists and watches; Key returns the key of an object; both are required.
	Source StreamListerWatcher[T]
	Key    func(T) (string, error)
	// Version returns the resource version of an object; it tells an object that came again from one that has changed.
	// Required.
	Version func(T) string
	// Indexes of the store.
	Indexes map[string]IndexFunc[T]
	// ResyncPeriod is that of handlers which do not ask for one of their own; zero means none.
	ResyncPeriod time.Duration
	// StreamList, DropManagedFields, MinWatchTimeout, PageSize and Backoff are those of the reflector.
	StreamList        bool
	DropManagedFields bool
	MinWatchTimeout   time.Duration
	PageSize          int64
	Backoff           *wait.Backoff
	Clock             clock.Clock
}

// Informer keeps a store of what a server has, and tells any number of handlers of each change, after the store knows
// it. Each handler is called by a goroutine of its own, with one event at a time, and delays nobody but itself.
type Informer[T any] struct {
	opts  InformerOptions[T]
	store *Store[T]

	mu         sync.Mutex
	started    bool
	stopped    bool
	transform  func(T) (T, error)
	onError    func(ctx context.Context, err error)
	reflector  *Reflector[T]
	checkEvery time.Duration
	synced     chan struct{}

	// events is held while deltas go to store and handlers, so that a handler that is added sees the store as it is
	// between two changes. It guards what follows.
	events    sync.Mutex
	listeners map[*Listener[T]]struct{}
	running   *sync.WaitGroup // that of the run in progress
	ctx       context.Context // nil while nothing runs
	caughtUp  bool
}

// NewInformer returns an informer that does not run yet.
func NewInformer[T any](opts InformerOptions[T]) *Informer[T] {
	if opts.Clock == nil {
		opts.Clock = clock.RealClock{}
	}
	return &Informer[T]{
		opts:       opts,
		store:      NewStore(opts.Indexes),
		checkEvery: opts.ResyncPeriod,
		synced:     make(chan struct{}),
		listeners:  map[*Listener[T]]struct{}{},
	}
}

// ErrStarted is returned by what must be set before an informer runs.
var ErrStarted = errors.New("informer has already started")

// Store returns the store.
func (i *Informer[T]) Store() *Store[T] { return i.store }

// Name returns the name of the options.
func (i *Informer[T]) Name() string { return i.opts.Name }

// Synced is closed once the store holds everything that the server had at the beginning.
func (i *Informer[T]) Synced() <-chan struct{} { return i.synced }

// Stopped reports whether the informer has run and does not any more.
func (i *Informer[T]) Stopped() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.stopped
}

// LastSyncVersion returns the resource version of what the informer last saw.
func (i *Informer[T]) LastSyncVersion() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.reflector == nil {
		return ""
	}
	return i.reflector.LastSyncVersion()
}

// SetTransform sets what is applied to every object before it is stored.
func (i *Informer[T]) SetTransform(transform func(T) (T, error)) error {
	return i.configure(func() { i.transform = transform })
}

// SetOnError sets who is told when listing or watching fails.
func (i *Informer[T]) SetOnError(onError func(ctx context.Context, err error)) error {
	return i.configure(func() { i.onError = onError })
}

func (i *Informer[T]) configure(set func()) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.started {
		return ErrStarted
	}
	set()
	return nil
}

// Run follows the server until ctx ends, and waits for handlers to finish what they are called with. An informer runs
// once; a second call is refused.
func (i *Informer[T]) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fifo, reflector, err := i.start()
	if err != nil {
		return err
	}
	var running sync.WaitGroup
	i.startListeners(ctx, &running)
	defer i.stopListeners()

	var own sync.WaitGroup
	own.Go(func() { reflector.Run(ctx) })
	own.Go(func() { i.announce(ctx, fifo) })
	own.Go(func() { <-ctx.Done(); fifo.Close() })
	i.work(ctx, fifo)
	cancel()
	own.Wait()
	return nil
}

// start makes what a run needs.
func (i *Informer[T]) start() (*FIFO[T], *Reflector[T], error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.started {
		return nil, nil, fmt.Errorf("%w: run it once", ErrStarted)
	}
	i.started = true
	fifo := NewFIFO(FIFOOptions[T]{Key: i.opts.Key, Known: i.store, Transform: i.transform, EmitReplaced: true, OnDrained: i.store.SetVersion})
	i.reflector = NewReflector(ReflectorOptions[T]{
		Name:              i.opts.Name,
		Source:            i.opts.Source,
		Sink:              fifo,
		Key:               i.opts.Key,
		ResyncPeriod:      i.checkEvery,
		ShouldResync:      i.resyncDue,
		StreamList:        i.opts.StreamList,
		DropManagedFields: i.opts.DropManagedFields,
		MinWatchTimeout:   i.opts.MinWatchTimeout,
		PageSize:          i.opts.PageSize,
		Backoff:           i.opts.Backoff,
		Clock:             i.opts.Clock,
		OnError:           i.onError,
	})
	return fifo, i.reflector, nil
}

// work takes deltas from the queue until it is closed.
func (i *Informer[T]) work(ctx context.Context, fifo *FIFO[T]) {
	for ctx.Err() == nil {
		err := fifo.Pop(i.process)
		switch {
		case errors.Is(err, ErrFIFOClosed):
			return
		case err != nil:
			utilruntime.HandleErrorWithContext(ctx, err, "An object could not be taken over as a whole", "informer", i.opts.Name)
		}
	}
}

// announce tells everybody when the first content of the queue has been worked off.
func (i *Informer[T]) announce(ctx context.Context, fifo *FIFO[T]) {
	select {
	case <-ctx.Done():
		return
	case <-fifo.Synced():
	}
	i.events.Lock()
	defer i.events.Unlock()
	i.caughtUp = true
	close(i.synced)
	for l := range i.listeners {
		l.push(notification[T]{kind: caughtUp})
	}
}

// process brings the store up to date with what happened to one object, and then tells the handlers.
func (i *Informer[T]) process(key string, deltas []Delta[T], inInitialList bool) error {
	i.events.Lock()
	defer i.events.Unlock()
	var err error
	for _, delta := range deltas {
		if delta.Type == Deleted {
			i.store.Delete(key)
			i.tell(notification[T]{kind: deleted, key: key, obj: delta.Object, unknown: delta.Unknown, hasObject: delta.HasObject})
			continue
		}
		old, existed, e := i.store.Set(key, delta.Object)
		err = errors.Join(err, e)
		if !existed {
			i.tell(notification[T]{kind: added, obj: delta.Object, initial: inInitialList})
			continue
		}
		again := delta.Type == Sync || delta.Type == Replaced && i.opts.Version(old) == i.opts.Version(delta.Object)
		i.tell(notification[T]{kind: updated, old: old, obj: delta.Object, again: again})
	}
	return err
}

// tell queues an event for every handler. An object that only came again is for those whose resync is due.
func (i *Informer[T]) tell(n notification[T]) {
	for l := range i.listeners {
		if !n.again || l.resyncing {
			l.push(n)
		}
	}
}
