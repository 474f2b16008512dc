package watch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache"
)

const (
	restartPause = time.Second // between two openings of a watch
	maxGone      = 5           // openings in a row that fail because the version is too old
)

// RetryWatcher is a watch that is opened again when it is closed, after the last object that it told of, so that no change is missed
// and none told twice. It tells of no bookmarks. It is for one reader.
type RetryWatcher struct {
	client  cache.WatcherWithContext
	version string // of the last object
	pause   time.Duration
	gone    int // openings in a row that failed because the version is too old
	opened  time.Time

	results chan watch.Event
	done    chan struct{}
	cancel  context.CancelFunc
}

// NewRetryWatcher is NewRetryWatcherWithContext without a context.
//
// Deprecated: use NewRetryWatcherWithContext.
func NewRetryWatcher(initialResourceVersion string, watcherClient cache.Watcher) (*RetryWatcher, error) {
	if watcherClient == nil {
		return newRetryWatcher(context.Background(), initialResourceVersion, nil, restartPause)
	}
	return NewRetryWatcherWithContext(context.Background(), initialResourceVersion, cache.ToWatcherWithContext(watcherClient))
}

// NewRetryWatcherWithContext returns a watch of what changes after a resource version, until the context ends or Stop is called. The
// version must be that of an object or list: with "" or "0" the server would begin with what there is, again after each
// interruption.
func NewRetryWatcherWithContext(ctx context.Context, initialResourceVersion string, watcherClient cache.WatcherWithContext) (*RetryWatcher, error) {
	return newRetryWatcher(ctx, initialResourceVersion, watcherClient, restartPause)
}

func newRetryWatcher(ctx context.Context, version string, client cache.WatcherWithContext, pause time.Duration) (*RetryWatcher, error) {
	if version == "" || version == "0" {
		return nil, fmt.Errorf("initial RV %q is not supported due to issues with underlying WATCH", version)
	}
	if client == nil {
		return nil, errors.New("a RetryWatcher needs a client")
	}
	rw := &RetryWatcher{client: client, version: version, pause: pause, results: make(chan watch.Event), done: make(chan struct{})}
	ctx, rw.cancel = context.WithCancel(ctx)
	go rw.run(ctx)
	return rw, nil
}

// ResultChan returns the channel of events, which is closed at the end.
func (rw *RetryWatcher) ResultChan() <-chan watch.Event { return rw.results }

// Stop ends the watch and does not wait for that. It may be called more than once.
func (rw *RetryWatcher) Stop() { rw.cancel() }

// Done returns a channel that is closed when the watch has ended.
func (rw *RetryWatcher) Done() <-chan struct{} { return rw.done }

// run opens the watch again until there is a reason to end.
func (rw *RetryWatcher) run(ctx context.Context) {
	defer close(rw.done)
	defer close(rw.results)
	defer rw.cancel()
	for ctx.Err() == nil {
		rw.opened = time.Now()
		last, after := rw.watch(ctx)
		if last != nil {
			rw.send(ctx, *last)
			return
		}
		sleep(ctx, max(after, rw.pause-time.Since(rw.opened)))
	}
}

// watch opens the watch and tells what it tells. It returns the error event to end with, or how long to wait before the watch is opened
// again.
func (rw *RetryWatcher) watch(ctx context.Context) (last *watch.Event, after time.Duration) {
	w, err := rw.client.WatchWithContext(ctx, metav1.ListOptions{ResourceVersion: rw.version, AllowWatchBookmarks: true})
	if err != nil {
		return rw.notOpened(ctx, err)
	}
	if w == nil {
		klog.FromContext(ctx).Error(nil, "The client opened no watch, and did not say why")
		return nil, 0
	}
	defer w.Stop()
	rw.gone = 0
	for {
		select {
		case <-ctx.Done():
			return nil, 0
		case event, ok := <-w.ResultChan():
			if !ok {
				return nil, 0
			}
			if event.Type == watch.Error {
				return afterError(ctx, event)
			}
			if last := rw.tell(ctx, event); last != nil {
				return last, 0
			}
		}
	}
}

// notOpened decides what follows from an error of the request.
func (rw *RetryWatcher) notOpened(ctx context.Context, err error) (last *watch.Event, after time.Duration) {
	logger := klog.FromContext(ctx)
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		logger.V(4).Info("The watch was not opened and will be again", "err", err)
		return nil, 0
	}
	refused := apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err)
	if apierrors.IsGone(err) || apierrors.IsResourceExpired(err) {
		rw.gone++ // a server that has just started may not know the version yet
		refused = rw.gone >= maxGone
	}
	if refused {
		logger.Error(err, "The watch was refused")
		return errorEvent(status.Status()), 0
	}
	logger.Error(err, "The watch was not opened and will be again")
	seconds, _ := apierrors.SuggestsClientDelay(err)
	return nil, time.Duration(seconds) * time.Second
}

// afterError decides what follows from an error event.
func afterError(ctx context.Context, event watch.Event) (last *watch.Event, after time.Duration) {
	err := apierrors.FromObject(event.Object) // it may be unstructured
	if apierrors.IsGone(err) || apierrors.IsResourceExpired(err) {
		return &event, 0
	}
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		if status.Status().Code == http.StatusGone {
			return &event, 0
		}
		if details := status.Status().Details; details != nil {
			after = time.Duration(details.RetryAfterSeconds) * time.Second
		}
	}
	klog.FromContext(ctx).V(4).Info("The watch failed and will be opened again", "err", err)
	return nil, after
}

// tell hands an event to the reader and notes its version. It returns the error event to end with, if there is no version.
func (rw *RetryWatcher) tell(ctx context.Context, event watch.Event) (last *watch.Event) {
	switch event.Type {
	case watch.Added, watch.Modified, watch.Deleted, watch.Bookmark:
	default:
		return internalError("the RetryWatcher knows no events of type %q", event.Type)
	}
	object, ok := event.Object.(interface{ GetResourceVersion() string })
	if !ok {
		return internalError("the RetryWatcher knows no resource version of a %T", event.Object)
	}
	version := object.GetResourceVersion()
	if version == "" {
		return internalError("the RetryWatcher got a %T without a resource version", event.Object)
	}
	if event.Type == watch.Bookmark || rw.send(ctx, event) {
		rw.version = version
	}
	return nil
}

// send hands an event to the reader. It returns false if the watch was stopped before.
func (rw *RetryWatcher) send(ctx context.Context, event watch.Event) bool {
	select {
	case rw.results <- event:
		return true
	case <-ctx.Done():
		return false
	}
}

func errorEvent(status metav1.Status) *watch.Event {
	return &watch.Event{Type: watch.Error, Object: &status}
}

func internalError(format string, args ...any) *watch.Event {
	return errorEvent(apierrors.NewInternalError(fmt.Errorf(format, args...)).ErrStatus)
}

// sleep returns after some time, or when the context ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
