package cache

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
)

// InformerSynced reports whether an informer, a handler or the like has processed the initial list.
type InformerSynced func() bool

// DoneChecker is something to wait for.
type DoneChecker interface {
	// Name returns the name for logs and errors.
	Name() string
	// Done returns a channel that is closed when it is done.
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

// done is a DoneChecker that may know why it is not done.
type done struct {
	name string
	ch   <-chan struct{}
	why  func() error
}

// Why returns what keeps it from being done, or nil if that is not known.
func (d done) Why() error {
	if d.why == nil {
		return nil
	}
	return d.why()
}

func (d done) Name() string          { return d.name }
func (d done) Done() <-chan struct{} { return d.ch }

// reminder is the interval at which functions that wait log what they wait for.
const reminder = 30 * time.Second

// WaitFor waits until all checkers are done or ctx ends, and reports whether they are done. If what is not empty, it
// appears in log lines that say which checkers are missing and why: every 30 seconds, and when ctx ends first. If what is
// empty, WaitFor logs nothing.
func WaitFor(ctx context.Context, what string, checkers ...DoneChecker) bool {
	logger := klog.FromContext(ctx)
	var reminders <-chan time.Time
	if what != "" {
		logger.V(2).Info("Waiting", "for", what)
		ticker := time.NewTicker(reminder)
		defer ticker.Stop()
		reminders = ticker.C
	}
	for i, checker := range checkers {
		for !IsDone(checker) {
			select {
			case <-checker.Done():
			case <-reminders:
				logger.Info("Still waiting", "for", what, "missing", namesOf(checkers[i:]))
			case <-ctx.Done():
				if what != "" {
					logger.Error(context.Cause(ctx), "Gave up waiting", "for", what, "missing", namesOf(checkers[i:]))
				}
				return !slices.ContainsFunc(checkers, func(c DoneChecker) bool { return !IsDone(c) })
			}
		}
	}
	return true
}

// namesOf returns the names of the checkers that are not done, sorted, with the reasons.
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

// syncedPollPeriod is the interval at which functions are called, since they have no channel to wait for.
const syncedPollPeriod = 100 * time.Millisecond

// WaitForCacheSync waits until all functions return true or the channel is closed, and reports whether they returned true.
// A function cannot say why it returns false; [WaitForSync] takes informers and returns what is wrong with each.
func WaitForCacheSync(stopCh <-chan struct{}, cacheSyncs ...InformerSynced) bool {
	return waitForSynced(wait.ContextForChannel(stopCh), cacheSyncs, func([]string) {}) == nil
}

// WaitForNamedCacheSync is WaitForNamedCacheSyncWithContext with a channel instead of a context, and with a logger named
// controllerName.
func WaitForNamedCacheSync(controllerName string, stopCh <-chan struct{}, cacheSyncs ...InformerSynced) bool {
	ctx := klog.NewContext(wait.ContextForChannel(stopCh), klog.LoggerWithName(klog.Background(), controllerName))
	return WaitForNamedCacheSyncWithContext(ctx, cacheSyncs...)
}

// WaitForNamedCacheSyncWithContext is WaitForCacheSync with a context and logs: every 30 seconds, and when ctx ends first,
// it logs which functions still return false, to the logger of ctx. It identifies functions by their position in the call
// and their Go name. [WaitFor], which takes the result of HasSyncedChecker, and [WaitForSync] know better names, and
// causes.
func WaitForNamedCacheSyncWithContext(ctx context.Context, cacheSyncs ...InformerSynced) bool {
	logger := klog.FromContext(ctx)
	logger.V(2).Info("Waiting for caches to sync")
	err := waitForSynced(ctx, cacheSyncs, func(missing []string) {
		logger.Info("Still waiting for caches to sync", "missing", missing)
	})
	if err != nil {
		logger.Error(context.Cause(ctx), "Caches did not sync", "missing", unsynced(cacheSyncs))
		return false
	}
	logger.V(2).Info("Caches are synced")
	return true
}

// waitForSynced calls the functions until all return true, and calls remind every 30 seconds with those that do not.
func waitForSynced(ctx context.Context, cacheSyncs []InformerSynced, remind func(missing []string)) error {
	reminded := time.Now()
	return wait.PollUntilContextCancel(ctx, syncedPollPeriod, true, func(context.Context) (bool, error) {
		if !slices.ContainsFunc(cacheSyncs, func(synced InformerSynced) bool { return !synced() }) {
			return true, nil
		}
		if time.Since(reminded) >= reminder {
			reminded = time.Now()
			remind(unsynced(cacheSyncs))
		}
		return false, nil
	})
}

// unsynced returns the functions that return false, each with its position in cacheSyncs and its Go name.
func unsynced(cacheSyncs []InformerSynced) (missing []string) {
	for i, synced := range cacheSyncs {
		if !synced() {
			name := runtime.FuncForPC(reflect.ValueOf(synced).Pointer()).Name()
			missing = append(missing, fmt.Sprintf("%d of %d: %s", i+1, len(cacheSyncs), strings.TrimSuffix(name, "-fm")))
		}
	}
	return missing
}

// SyncResult says which informers of a factory have synced, and why the others have not.
type SyncResult struct {
	// Err is why the wait ended before all informers had synced; nil if all have.
	Err error
	// Synced says for each informer, by its type of object, whether it has synced.
	Synced map[reflect.Type]bool
}

// AsError returns nil if Err is nil, and otherwise an error that wraps Err and names the informers that have not synced.
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
	return fmt.Errorf("failed to sync all caches: %s: %w", strings.Join(missing, ", "), c.Err)
}
