package core

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Scope is a part of the objects of a resource, such as those of a namespace, with the source that lists and watches it.
type Scope[T any] struct {
	// Name identifies the scope in the informer, and appears in logs and errors. It may be empty for a single scope.
	Name   string
	Source StreamListerWatcher[T]
	// Contains reports whether the object with this key belongs to the scope; nil means that all objects do.
	Contains func(key string) bool
}

// InformerOptions are the options of an Informer.
type InformerOptions[T any] struct {
	Options

	// Scopes returns the scopes of a run, at least one. Together they make up the contents of the informer. Required.
	Scopes func() []Scope[T]
	// Key returns the key of an object. Required.
	Key func(T) (string, error)
	// Version returns the resource version of an object. If it is that of the stored object, the object has not changed.
	// Required.
	Version func(T) string
	// Indexes are the initial indexes of the store; may be nil.
	Indexes map[string]IndexFunc[T]
	// Observer is called with what the informer does, for metrics and the mutation detector; may be nil.
	Observer InformerObserver[T]
}

// InformerObserver is called with what an informer does. Its methods must not call the informer.
type InformerObserver[T any] interface {
	// Queued is called with the number of objects that are about to be stored: those of a list, or one for an event. It is
	// called with zero afterwards.
	Queued(n int)
	// Processed is called after each event, each list that is not empty, and each resync, with the time that it took until
	// the store and the queues of the handlers had it.
	Processed(took time.Duration)
	// Reached is called when the resource version changes up to which the store contains all changes.
	Reached(version string)
	// Stored is called with each object that is about to be stored, and in a resync with each object in the store.
	Stored(obj T)
}

// state is the state of an informer in its life cycle.
type state uint8

const (
	fresh state = iota
	running
	stopped
)

// Informer keeps the objects of a server in a store, and calls handlers for each change once the store contains it. Each
// handler has a queue and a goroutine of its own, so a slow handler delays only itself.
type Informer[T any] struct {
	opts  InformerOptions[T]
	store *Store[T]

	// writing is held by whoever changes the store, also while it prepares a list. The order of the locks is writing,
	// events, mu; roster is locked after events.
	writing sync.Mutex

	// followed holds the followers of the last run by the name of their scope. The next run begins at their versions. mu
	// guards the map.
	followed map[string]*follower[T]

	// events is held from a change of the store until all handlers have it in their queues, so that AddHandler sees the
	// store between two changes. It guards the fields up to caughtUp.
	events sync.Mutex
	// roster is held too when listeners changes, so that Handlers can read it without waiting for events.
	roster    sync.Mutex
	listeners map[*Listener[T]]struct{}
	inline    *Listener[T]    // the handler that Run itself calls; may be nil
	calls     *sync.WaitGroup // the goroutines of the handlers in the present run
	ctx       context.Context // the context of the present run; nil if there is none
	handOvers []*handOver[T]  // that handlers may not know of yet
	caughtUp  bool            // set once the lists of all scopes are stored in the present run

	// mu guards the fields up to synced.
	mu    sync.Mutex
	state state
	// renewed is set by Renew and reset by Run. An informer that has stopped then accepts handlers.
	renewed    bool
	transform  func(T) (T, error)
	reflectors []*Reflector[T] // of the present or the last run
	checkEvery time.Duration   // the time between two checks for due resyncs; zero means none
	synced     chan struct{}

	changes signal

	// sharding is what follows the part of the objects that the process holds; nil if the informer has all.
	sharding *sharding[T]
}

// NewInformer returns an informer that is not running.
func NewInformer[T any](opts InformerOptions[T]) *Informer[T] {
	opts.complete()
	i := &Informer[T]{
		opts:       opts,
		store:      NewStore(opts.Indexes),
		checkEvery: opts.ResyncPeriod,
		synced:     make(chan struct{}),
		listeners:  map[*Listener[T]]struct{}{},
		followed:   map[string]*follower[T]{},
	}
	if opts.Shards != nil {
		i.sharding = newSharding(i)
	}
	return i
}

// ErrStarted is the error for an option that is set after the first run began, and for a second call of Run.
var ErrStarted = errors.New("informer has already started")

// Store returns the store.
func (i *Informer[T]) Store() *Store[T] { return i.store }

// Name returns the name of the options.
func (i *Informer[T]) Name() string { return i.opts.Name }

// Synced returns a channel that is closed once the store contains everything that the server had when the run began. It is
// the channel of the present or last run; before the first run and after Renew, it is that of the next run.
func (i *Informer[T]) Synced() <-chan struct{} {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.synced
}

// Stopped reports whether the informer has run and is not running now.
func (i *Informer[T]) Stopped() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.state == stopped
}

// LastSyncVersion returns the last resource version that the informer has received from the server, which the store may
// not contain yet; "" if it is not known. Once the informer has synced, the version is known, unless lists have none.
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

// Failure returns the failure of the scope that has failed for the longest time, or the zero value if all work.
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

// Changes returns a channel that is closed at the next change of the store or of its version.
func (i *Informer[T]) Changes() <-chan struct{} { return i.changes.next() }

// SetTransform sets the function that is applied to every object before it is stored. It returns ErrStarted after the
// first run began.
func (i *Informer[T]) SetTransform(transform func(T) (T, error)) error {
	return i.configure(func() { i.transform = transform })
}

// SetOnError sets the function that is called when listing or watching fails. It returns ErrStarted after the first run
// began.
func (i *Informer[T]) SetOnError(onError func(ctx context.Context, failure Failure)) error {
	return i.configure(func() { i.opts.OnError = onError })
}

// configure calls set unless a run has begun.
func (i *Informer[T]) configure(set func()) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.state != fresh {
		return ErrStarted
	}
	set()
	return nil
}

// signal wakes all goroutines that wait for it: fire closes the channel that next has returned to them.
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
