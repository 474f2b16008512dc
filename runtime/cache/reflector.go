package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// ReflectorStore takes what a Reflector sees.
type ReflectorStore interface {
	Add(obj interface{}) error
	Update(obj interface{}) error
	Delete(obj interface{}) error
	// Replace makes the given objects the whole content, seen at a resource version.
	Replace(list []interface{}, resourceVersion string) error
	// Resync looks at everything again.
	Resync() error
}

// ResourceVersionUpdater is a ReflectorStore that wants to know how far the reflector is, bookmarks included.
type ResourceVersionUpdater interface {
	UpdateResourceVersion(resourceVersion string)
}

// ReflectorBookmarkStore is a ReflectorStore that wants to know of bookmarks.
type ReflectorBookmarkStore interface {
	Bookmark(resourceVersion string) error
}

// TransformingStore is a ReflectorStore that transforms what it is given. A reflector has a DeltaFIFO's transform applied
// to each object of a list as it comes; another store is given lists as they are and transforms them itself.
type TransformingStore interface {
	ReflectorStore
	Transformer() TransformFunc
}

// VeryShortWatchError reports a watch that the server ended at once, before any event.
type VeryShortWatchError struct {
	// Name is that of the reflector.
	Name string
}

// Error names the reflector.
func (e *VeryShortWatchError) Error() string {
	return "very short watch: " + e.Name + ": Unexpected watch close - watch lasted less than a second and no items received"
}

// ReflectorOptions are the options of NewReflectorWithOptions. The zero value is useful.
type ReflectorOptions struct {
	// Name is for logs; empty means the type's description.
	Name string
	// TypeDescription names the objects in logs; empty means the expected type.
	TypeDescription string
	// ResyncPeriod is the time between two calls of the store's Resync; zero means none.
	ResyncPeriod time.Duration
	// MinWatchTimeout is the least time that the server is asked to keep a watch open; less than five minutes, the default, means that.
	MinWatchTimeout time.Duration
	// Clock is the time; nil means the real one.
	Clock clock.Clock
	// Backoff between failures; nil means from 800 ms to 30 s, doubled each time, with jitter of up to as much again. It begins
	// anew after a watch that was open for five seconds and for longer than the last pause, and after two minutes without a
	// failure.
	Backoff *wait.Backoff
	// Logger is for what goes wrong; nil means that of the context.
	Logger *klog.Logger
}

// Reflector follows a server: it lists, gives the list to its store, watches from there and hands over each event.
type Reflector struct {
	// ShouldResync is asked before each resync; nil means yes.
	ShouldResync func() bool
	// WatchListPageSize is the limit of each page of a list; zero means the default where pages help.
	WatchListPageSize int64
	// MaxInternalErrorRetryDuration is how long internal errors of a watch are answered with another watch from where the
	// last one was; zero means with a list.
	MaxInternalErrorRetryDuration time.Duration

	name, typeDescription string
	options               core.ReflectorOptions[interface{}]
	watchErrorHandler     WatchErrorHandlerWithContext
	logger                *klog.Logger
	clock                 clock.PassiveClock
	log                   *failureLog
	// source is what it lists and watches through; may be nil. Failure is the last that a handler was told of.
	source  any
	failure atomic.Pointer[core.Failure]

	mu       sync.Mutex
	core     *core.Reflector[interface{}]
	lastSync func() string
}

// NewReflector returns a reflector of objects of the type of expectedType.
func NewReflector(lw ListerWatcher, expectedType interface{}, store ReflectorStore, resyncPeriod time.Duration) *Reflector {
	return NewReflectorWithOptions(lw, expectedType, store, ReflectorOptions{ResyncPeriod: resyncPeriod})
}

// NewNamedReflector is NewReflector with a name.
func NewNamedReflector(name string, lw ListerWatcher, expectedType interface{}, store ReflectorStore, resyncPeriod time.Duration) *Reflector {
	return NewReflectorWithOptions(lw, expectedType, store, ReflectorOptions{Name: name, ResyncPeriod: resyncPeriod})
}

// NewReflectorWithOptions is NewReflector with options.
func NewReflectorWithOptions(lw ListerWatcher, expectedType interface{}, store ReflectorStore, options ReflectorOptions) *Reflector {
	if options.TypeDescription == "" {
		options.TypeDescription = describe(expectedType)
	}
	if options.Name == "" {
		options.Name = options.TypeDescription
	}
	if options.Clock == nil {
		options.Clock = clock.RealClock{}
	}
	r := &Reflector{clock: options.Clock, name: options.Name, typeDescription: options.TypeDescription, logger: options.Logger, source: lw, log: &failureLog{}}
	r.options = core.ReflectorOptions[interface{}]{
		Options: core.Options{
			FollowOptions:     FollowOptions{MinWatchTimeout: options.MinWatchTimeout, Backoff: options.Backoff, Clock: options.Clock},
			Name:              options.Name,
			ResyncPeriod:      options.ResyncPeriod,
			StreamList:        streamsLists(lw),
			ShortWatch:        &VeryShortWatchError{Name: options.Name},
			ReflectorObserver: newReflectorMetrics(options.Name),
			OnError:           r.failed,
			OnRecovered:       func(ctx context.Context, row core.Failure) { r.log.recovered(ctx, lw, row) },
		},
		Source:       newListWatchSource(lw, expectedType),
		Sink:         storeSink{store},
		Key:          MetaNamespaceKeyFunc,
		ShouldResync: func() bool { return r.ShouldResync == nil || r.ShouldResync() },
	}
	if fifo, ok := store.(*DeltaFIFO); ok {
		r.options.Sink, r.options.Prepare = fifo.fifo.Sink(), fifo.fifo.Prepare
	}
	return r
}

// storeSink is a ReflectorStore as the core writes to it.
type storeSink struct{ ReflectorStore }

func (s storeSink) Bookmark(version string) {
	if updater, ok := s.ReflectorStore.(ResourceVersionUpdater); ok {
		updater.UpdateResourceVersion(version)
	}
	if marked, ok := s.ReflectorStore.(ReflectorBookmarkStore); ok {
		_ = marked.Bookmark(version)
	}
}

func (r *Reflector) failed(ctx context.Context, failure core.Failure) {
	if r.watchErrorHandler != nil {
		r.watchErrorHandler(ctx, r.failing(failure), failure.Err)
		return
	}
	r.log.failed(ctx, r.source, failure)
}

// failing is the reflector as a handler of a failure sees it: [DefaultWatchErrorHandler] is to know of the whole row.
func (r *Reflector) failing(failure core.Failure) *Reflector {
	r.failure.Store(&failure)
	return r
}

// DefaultWatchErrorHandler logs what keeps a reflector from listing or watching, with the cause, since when, and when the
// next attempt is: the first failure at once, another cause at once, and the same again at lengthening intervals, from half a
// minute to half an hour. What does not go away by itself, such as a missing right or resource, is logged as an error, and
// so is what has lasted for a minute. That it is over is logged once.
func DefaultWatchErrorHandler(ctx context.Context, r *Reflector, err error) {
	failure := core.Failure{Since: time.Now(), Count: 1}
	if row := r.failure.Load(); row != nil {
		failure = *row
	}
	failure.Name, failure.Err = r.name, err
	r.log.failed(ctx, r.source, failure)
}

// Name returns the name.
func (r *Reflector) Name() string { return r.name }

// TypeDescription names the objects.
func (r *Reflector) TypeDescription() string { return r.typeDescription }

// LastSyncResourceVersion returns the resource version that was last handed to the store; "" before the first list.
func (r *Reflector) LastSyncResourceVersion() string {
	r.mu.Lock()
	lastSync := r.lastSync
	r.mu.Unlock()
	if lastSync == nil {
		return ""
	}
	return lastSync()
}

// why returns what keeps the reflector from listing or watching; nil where nothing does.
func (r *Reflector) why() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.core == nil {
		return nil
	}
	return failureError(r.core.Failure())
}

// Run follows the server until the channel is closed.
func (r *Reflector) Run(stopCh <-chan struct{}) { r.RunWithContext(wait.ContextForChannel(stopCh)) }

// RunWithContext follows the server until the context ends. A panic is reported; where the program lives on, so does the
// reflector.
func (r *Reflector) RunWithContext(ctx context.Context) {
	wait.UntilWithContext(r.logging(ctx), r.begin().Run, time.Second)
}

// ListAndWatch lists once and watches until that needs another list or fails. The error is that of the list, or of a watch that
// the server has refused. What ends a watch in progress is no error, and neither is a resync that fails: who handles failures is told.
func (r *Reflector) ListAndWatch(stopCh <-chan struct{}) error {
	return r.ListAndWatchWithContext(wait.ContextForChannel(stopCh))
}

// ListAndWatchWithContext is ListAndWatch with a context.
func (r *Reflector) ListAndWatchWithContext(ctx context.Context) error {
	ctx = r.logging(ctx)
	err := r.begin().ListAndWatch(ctx)
	if failed, ok := errors.AsType[*core.FollowError](err); ok {
		now := r.clock.Now()
		r.failed(ctx, core.Failure{Name: r.name, Err: failed, Since: now, Next: now, Count: 1})
		return nil
	}
	return err
}

// logging returns a context with the logger of the options.
func (r *Reflector) logging(ctx context.Context) context.Context {
	if r.logger == nil {
		return ctx
	}
	return klog.NewContext(ctx, *r.logger)
}

// begin makes the reflector of the core when it is first needed: until then its settings may change.
func (r *Reflector) begin() *core.Reflector[interface{}] {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.core == nil {
		r.options.PageSize = r.WatchListPageSize
		r.options.MaxInternalErrorRetry = r.MaxInternalErrorRetryDuration
		r.core = core.NewReflector(r.options)
		r.lastSync = r.core.LastSyncVersion
	}
	return r.core
}
