package core

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Scope is a part of what there is, such as a namespace, with the source that lists and watches it.
type Scope[T any] struct {
	// Name is for logs and errors.
	Name   string
	Source StreamListerWatcher[T]
	// Contains tells by its key whether an object belongs to the scope; nil for a scope of everything.
	Contains func(key string) bool
}

// InformerOptions are the options of an Informer.
type InformerOptions[T any] struct {
	Options

	// Scopes returns the scopes that a run follows, one at least: their content together is the informer's. Required.
	Scopes func() []Scope[T]
	// Key returns the key of an object. Required.
	Key func(T) (string, error)
	// Version returns the resource version of an object; it tells an object that came again from one that has changed.
	// Required.
	Version func(T) string
	// Indexes of the store.
	Indexes map[string]IndexFunc[T]
	// Observer is told what happens; may be nil.
	Observer InformerObserver[T]
}

// InformerObserver is told what an informer does. It must not call the informer.
type InformerObserver[T any] interface {
	// Queued is told how many objects wait to be stored, each time that changes: those of a list that is being taken over,
	// or the one of an event.
	Queued(n int)
	// Processed is told of each event, each list that is not empty and each resync, once it has been taken over: how long
	// that took.
	Processed(took time.Duration)
	// Reached is told up to which resource version the store has seen everything.
	Reached(version string)
	// Stored is given each object that is going to be stored.
	Stored(obj T)
}

// state is where an informer is in its life.
type state uint8

const (
	fresh state = iota
	running
	stopped
)

// Informer keeps a store of what a server has, and tells any number of handlers of each change, after the store knows
// it. Each handler is called by a goroutine of its own, with one event at a time, and delays nobody but itself.
type Informer[T any] struct {
	opts  InformerOptions[T]
	store *Store[T]

	// writing is held while the store changes, so that a list can be made ready beside those who read. Of the locks here
	// it is taken first, then events, then mu.
	writing sync.Mutex

	// followed are the followers of the last run, by the name of their scope: the next begins where they ended.
	followed map[string]*follower[T]

	// events is held from a change of the store until all handlers have it in their queues, so that a handler that is added
	// sees the store as it is between two changes. It guards what follows; listeners change with roster held, too.
	events    sync.Mutex
	roster    sync.Mutex
	listeners map[*Listener[T]]struct{}
	inline    *Listener[T]    // called by Run itself; nil where there is none
	calls     *sync.WaitGroup // those of the run in progress
	ctx       context.Context // nil while nothing runs
	caughtUp  bool

	mu    sync.Mutex
	state state
	// renewed is set on an informer that has stopped, or is about to, and is going to run again.
	renewed    bool
	transform  func(T) (T, error)
	reflectors []*Reflector[T]
	checkEvery time.Duration
	synced     chan struct{}

	changes signal
}

// NewInformer returns an informer that does not run yet.
func NewInformer[T any](opts InformerOptions[T]) *Informer[T] {
	opts.complete()
	return &Informer[T]{
		opts:       opts,
		store:      NewStore(opts.Indexes),
		checkEvery: opts.ResyncPeriod,
		synced:     make(chan struct{}),
		listeners:  map[*Listener[T]]struct{}{},
		followed:   map[string]*follower[T]{},
	}
}

// ErrStarted is returned by what must be set before an informer runs.
var ErrStarted = errors.New("informer has already started")

// Store returns the store.
func (i *Informer[T]) Store() *Store[T] { return i.store }

// Name returns the name of the options.
func (i *Informer[T]) Name() string { return i.opts.Name }

// Synced is closed once the store holds everything that the server had when the run in progress began, or will begin.
func (i *Informer[T]) Synced() <-chan struct{} {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.synced
}

// Stopped reports whether the informer has run and does not any more.
func (i *Informer[T]) Stopped() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.state == stopped
}

// LastSyncVersion returns the resource version of what the informer last saw of the server, which the store may not know
// yet; "" if the version is not known. Once the informer has synced, the version is known, unless lists have none.
func (i *Informer[T]) LastSyncVersion() string {
	if version := i.reflectorsVersion(); version != "" {
		return version
	}
	// A reflector notes the version of its first list only after the store has it.
	return i.store.Version()
}

func (i *Informer[T]) reflectorsVersion() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.reflectors) == 0 {
		return ""
	}
	versions := make([]string, len(i.reflectors))
	for n, r := range i.reflectors {
		versions[n] = r.LastSyncVersion()
	}
	return oldest(versions)
}

// Failure returns what has been wrong with the run in progress, and since when: the longest of its scopes' failures.
func (i *Informer[T]) Failure() (worst Failure) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, r := range i.reflectors {
		if f := r.Failure(); f.Count > 0 && (worst.Count == 0 || f.Since.Before(worst.Since)) {
			worst = f
		}
	}
	return worst
}

// Changes is closed when something has happened since it was asked for: a change to the store, or word of a version.
func (i *Informer[T]) Changes() <-chan struct{} { return i.changes.next() }

// SetTransform sets what is applied to every object before it is stored.
func (i *Informer[T]) SetTransform(transform func(T) (T, error)) error {
	return i.configure(func() { i.transform = transform })
}

// SetOnError sets who is told when listing or watching fails.
func (i *Informer[T]) SetOnError(onError func(ctx context.Context, failure Failure)) error {
	return i.configure(func() { i.opts.OnError = onError })
}

func (i *Informer[T]) configure(set func()) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.state != fresh {
		return ErrStarted
	}
	set()
	return nil
}

// signal wakes up everybody who waits for news.
type signal struct {
	mu sync.Mutex
	ch chan struct{}
}

func (s *signal) next() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

func (s *signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}
