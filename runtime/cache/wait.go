package cache

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
)

// InformerSynced reports whether something has seen everything that was there at the beginning.
type InformerSynced func() bool

// DoneChecker is something that will be done, with a name to wait for it by.
type DoneChecker interface {
	// Name is for logs and errors.
	Name() string
	// Done is closed when it is done.
	Done() <-chan struct{}
}

// IsDone reports whether a checker is done.
func IsDone(checker DoneChecker) bool {
	select {
	case <-checker.Done():
		return true
	default:
		return false
	}
}

// done is a DoneChecker, which may know why it is not done.
type done struct {
	name string
	ch   <-chan struct{}
	why  func() error
}

// Why returns what keeps it from being done; nil where that is not known.
func (d done) Why() error {
	if d.why == nil {
		return nil
	}
	return d.why()
}

func (d done) Name() string          { return d.name }
func (d done) Done() <-chan struct{} { return d.ch }

// WaitFor waits until all checkers are done, or ctx ends, and reports whether they are. With what it logs for what it
// waits, and what is missing when ctx ends first, and why; without it logs nothing.
func WaitFor(ctx context.Context, what string, checkers ...DoneChecker) bool {
	logger := klog.FromContext(ctx)
	if what != "" {
		logger.V(2).Info("Waiting", "for", what)
	}
	for i, checker := range checkers {
		select {
		case <-checker.Done():
			continue
		default:
		}
		select {
		case <-checker.Done():
		case <-ctx.Done():
			if what != "" {
				logger.Error(context.Cause(ctx), "Gave up waiting", "for", what, "missing", namesOf(checkers[i:]))
			}
			return !slices.ContainsFunc(checkers, func(c DoneChecker) bool { return !IsDone(c) })
		}
	}
	return true
}

func namesOf(checkers []DoneChecker) []string {
	var names []string
	for _, checker := range checkers {
		if IsDone(checker) {
			continue
		}
		name := checker.Name()
		if knows, ok := checker.(interface{ Why() error }); ok {
			if why := knows.Why(); why != nil {
				name += ": " + why.Error()
			}
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// syncedPollPeriod is how often functions are asked; they cannot tell by themselves.
const syncedPollPeriod = 100 * time.Millisecond

// WaitForCacheSync waits until all functions return true, or the channel is closed, and reports whether they do.
func WaitForCacheSync(stopCh <-chan struct{}, cacheSyncs ...InformerSynced) bool {
	return waitForSynced(wait.ContextForChannel(stopCh), cacheSyncs) == nil
}

// WaitForNamedCacheSync is WaitForCacheSync that logs for whom it waits.
func WaitForNamedCacheSync(controllerName string, stopCh <-chan struct{}, cacheSyncs ...InformerSynced) bool {
	ctx := klog.NewContext(wait.ContextForChannel(stopCh), klog.LoggerWithName(klog.Background(), controllerName))
	return WaitForNamedCacheSyncWithContext(ctx, cacheSyncs...)
}

// WaitForNamedCacheSyncWithContext waits until all functions return true, or ctx ends, and reports whether they do. It
// logs to the logger of ctx, which names the caller.
func WaitForNamedCacheSyncWithContext(ctx context.Context, cacheSyncs ...InformerSynced) bool {
	logger := klog.FromContext(ctx)
	logger.V(2).Info("Waiting for caches to sync")
	if err := waitForSynced(ctx, cacheSyncs); err != nil {
		logger.Error(context.Cause(ctx), "Caches did not sync")
		return false
	}
	logger.V(2).Info("Caches are synced")
	return true
}

func waitForSynced(ctx context.Context, cacheSyncs []InformerSynced) error {
	return wait.PollUntilContextCancel(ctx, syncedPollPeriod, true, func(context.Context) (bool, error) {
		return !slices.ContainsFunc(cacheSyncs, func(synced InformerSynced) bool { return !synced() }), nil
	})
}

// SyncResult says which informers of a factory have synced, and why the others have not.
type SyncResult struct {
	// Err is why the wait ended before all had synced; nil where all have.
	Err error
	// Synced holds every informer that was waited for.
	Synced map[reflect.Type]bool
}

// AsError returns nil where all informers have synced, and else an error that names those that have not.
func (c SyncResult) AsError() error {
	if c.Err == nil {
		return nil
	}
	var missing []string
	for informer, synced := range c.Synced {
		if !synced {
			missing = append(missing, informer.String())
		}
	}
	slices.Sort(missing)
	return fmt.Errorf("failed to sync caches of %v: %w", missing, c.Err)
}
