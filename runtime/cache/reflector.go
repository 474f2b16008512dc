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

// ReflectorOptions are the options of NewReflectorWithOptions. The zero value is useful.
type ReflectorOptions struct {
	// Name is for logs; empty means the type's description.
	Name string
	// TypeDescription names the objects in logs; empty means the expected type.
	TypeDescription string
	// ResyncPeriod is the time between two calls of the store's Resync; zero means none.
	ResyncPeriod time.Duration
	// MinWatchTimeout is the shortest timeoutSeconds of a watch. Values below five minutes, which is the default, mean five
	// minutes.
	MinWatchTimeout time.Duration
	// Clock is the clock for pauses, resyncs and time limits; nil means the real clock.
	Clock clock.Clock
	// Backoff is the pause between attempts; nil means 800 ms, doubled each time up to 30 s, with jitter. It starts anew
	// after a watch that was open for at least five seconds and for longer than the last pause, and if the last pause
	// began more than two minutes ago.
	Backoff *wait.Backoff
	// Logger is the logger of the reflector; nil means the logger of the context.
	Logger *klog.Logger
}

// Reflector lists the objects of a server, passes the list to its store, and then watches from the list's version and
// passes each event to the store. Set its exported fields before it runs.
type Reflector struct {
	// ShouldResync reports whether a resync takes place when its time has come; nil means always.
	ShouldResync func() bool
	// WatchListPageSize is the limit of each page of a list. Zero means 500, or no limit if the server is likely to answer
	// the list from its watch cache, which has no pages.
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
	// source lists and watches, and describes itself in logs; may be nil. failure is the last one that a handler of failures
	// was called for.
	source  any
	failure atomic.Pointer[core.Failure]

	mu       sync.Mutex
	core     *core.Reflector[interface{}]
	lastSync func() string
}

// WatchErrorHandler is called when listing or watching fails. The reflector waits for it, so it should return soon.
type WatchErrorHandler func(r *Reflector, err error)

// WatchErrorHandlerWithContext is WatchErrorHandler with a context.
type WatchErrorHandlerWithContext func(ctx context.Context, r *Reflector, err error)

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

// storeSink wraps a ReflectorStore as a sink of package core.
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

// failing stores a failure for [DefaultWatchErrorHandler], which gets only the error, and returns the reflector.
func (r *Reflector) failing(failure core.Failure) *Reflector {
	r.failure.Store(&failure)
	return r
}

// DefaultWatchErrorHandler logs a failure to list or watch, with the cause, the time of the first failure and the time
// until the next attempt. It logs the first failure and each new cause at once, and known causes at growing intervals, from
// half a minute to half an hour. It logs an error if the failure is unlikely to go away by itself, as when a permission or
// the resource is missing, or if it has lasted for a minute. The reflector logs once that it works again.
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

// LastSyncResourceVersion returns the last resource version that the store has received; "" before the first list.
func (r *Reflector) LastSyncResourceVersion() string {
	r.mu.Lock()
	lastSync := r.lastSync
	r.mu.Unlock()
	if lastSync == nil {
		return ""
	}
	return lastSync()
}

// why returns the failure to list or watch, or nil while the reflector works.
func (r *Reflector) why() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.core == nil {
		return nil
	}
	return failureError(r.core.Failure())
}

// Run lists and watches until the channel is closed.
func (r *Reflector) Run(stopCh <-chan struct{}) { r.RunWithContext(wait.ContextForChannel(stopCh)) }

// RunWithContext lists and watches until the context ends. It reports a panic. With utilruntime.ReallyCrash unset, the
// reflector then goes on after a second.
func (r *Reflector) RunWithContext(ctx context.Context) {
	wait.UntilWithContext(r.logging(ctx), r.begin().Run, time.Second)
}

// ListAndWatch lists once and then watches until another list is needed or something fails. It returns the error of the
// list, or of a watch that the server has rejected. If an accepted watch or a resync fails, it returns nil and passes the
// failure to the watch error handler.
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

// begin returns the reflector of package core. It makes it in the first call, because the exported fields may change until
// then.
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
