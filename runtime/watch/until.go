package watch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache"
)

// PreconditionFunc reports whether what a synced store holds is enough, so that there is nothing to wait for.
type PreconditionFunc func(store cache.Store) (bool, error)

// ConditionFunc reports whether an event is what is waited for. An error ends the waiting. It should ask for a state rather than for a
// change, which may have happened before.
type ConditionFunc func(event watch.Event) (bool, error)

// ErrWatchClosed is the error for a watch that is closed before all conditions are met.
var ErrWatchClosed = errors.New("watch closed before UntilWithoutRetry timeout")

// UntilWithoutRetry reads a watch until each condition was met, one after the other, and stops it. The event that met one condition
// is the first that the next one is asked about. It returns the last event, or nil if there was none, and an error if a condition
// returned one, the watch was closed (ErrWatchClosed) or the context ended (wait.Interrupted recognizes that).
//
// Servers close watches all the time: Until and UntilWithSync open them again.
func UntilWithoutRetry(ctx context.Context, watcher watch.Interface, conditions ...ConditionFunc) (*watch.Event, error) {
	defer watcher.Stop()
	var last *watch.Event
	for _, condition := range conditions {
		for fresh := last == nil; ; fresh = true {
			if fresh {
				event, err := next(ctx, watcher)
				if err != nil {
					return last, err
				}
				last = event
			}
			met, err := condition(*last)
			if err != nil {
				return last, err
			}
			if met {
				break
			}
		}
	}
	return last, nil
}

// next returns the next event of a watch.
func next(ctx context.Context, watcher watch.Interface) (*watch.Event, error) {
	select {
	case event, ok := <-watcher.ResultChan():
		if !ok {
			return nil, ErrWatchClosed
		}
		return &event, nil
	case <-ctx.Done():
		return nil, wait.ErrorInterrupted(nil)
	}
}

// Until is UntilWithoutRetry of a RetryWatcher from a resource version, which is neither "" nor "0".
func Until(ctx context.Context, initialResourceVersion string, watcherClient cache.Watcher, conditions ...ConditionFunc) (*watch.Event, error) {
	var client cache.WatcherWithContext
	if watcherClient != nil {
		client = cache.ToWatcherWithContext(watcherClient)
	}
	w, err := NewRetryWatcherWithContext(ctx, initialResourceVersion, client)
	if err != nil {
		return nil, err
	}
	event, err := UntilWithoutRetry(ctx, w, conditions...)
	if errors.Is(err, ErrWatchClosed) && ctx.Err() != nil { // which closed the watch
		err = wait.ErrorInterrupted(nil)
	}
	return event, err
}

// UntilWithSync is UntilWithoutRetry of what an informer tells. If there is a precondition, it is asked first, when the informer has
// synced, and if it is met, there is no event.
func UntilWithSync(
	ctx context.Context, lw cache.ListerWatcher, objType runtime.Object, precondition PreconditionFunc, conditions ...ConditionFunc,
) (*watch.Event, error) {
	indexer, informer, watcher, done := NewIndexerInformerWatcherWithLogger(klog.FromContext(ctx), lw, objType)
	defer func() {
		watcher.Stop()
		<-done // so that the client is not used any more
	}()
	if precondition != nil {
		if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			return nil, fmt.Errorf("UntilWithSync: unable to sync caches: %w", ctx.Err())
		}
		if met, err := precondition(indexer); err != nil || met {
			return nil, err
		}
	}
	return UntilWithoutRetry(ctx, watcher, conditions...)
}

// ContextWithOptionalTimeout is context.WithTimeout, but that a timeout of zero or less is none.
func ContextWithOptionalTimeout(parent context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout < 0 {
		klog.FromContext(parent).Error(nil, "Timeout for context shall not be negative")
	}
	if timeout <= 0 {
		return context.WithCancel(parent)
	}
	return context.WithTimeout(parent, timeout)
}
