package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/resourceversion"
)

// InformerStatus is the status of an informer.
type InformerStatus struct {
	// Name is the name of the informer in logs.
	Name string
	// Synced is set once the store contains everything that the server had when the informer began to run.
	Synced bool
	// Stopped is set if the informer has run and is not running now.
	Stopped bool
	// ResourceVersion is the version up to which the store contains all changes; "" if it is not known.
	ResourceVersion string
	// Objects is the number of objects in the store.
	Objects int
	// Err is the last failure to list or watch; nil while the informer works. Reason is its kind. Since is the time of the
	// first failure since the informer last worked, and Failures the number of failures since then.
	Err      error
	Reason   FailureReason
	Since    time.Time
	Failures int
	// Shards says what the informer has, if it has a part of the objects only; nil otherwise.
	Shards *ShardStatus
	// Handlers holds the status of each handler, sorted by name.
	Handlers []HandlerStatus
}

// StatusOf returns the status of an informer, and false if the informer is not from this package.
func StatusOf(informer SharedInformer) (InformerStatus, bool) {
	reports, ok := unwrapped(informer).(interface{ Status() InformerStatus })
	if !ok {
		return InformerStatus{}, false
	}
	return reports.Status(), true
}

// Status returns the status of the informer.
func (v *informerView[T]) Status() InformerStatus {
	failure := v.core.Failure()
	status := InformerStatus{
		Name:            v.core.Name(),
		Synced:          v.HasSynced(),
		Stopped:         v.core.Stopped(),
		ResourceVersion: v.core.Store().Version(),
		Objects:         v.core.Store().Len(),
		Err:             failure.Err,
		Since:           failure.Since,
		Failures:        failure.Count,
	}
	if failure.Err != nil {
		status.Reason = ReasonOf(failure.Err)
	}
	if shards, ok := v.core.ShardStatus(); ok {
		status.Shards = &shards
	}
	for _, handler := range v.core.Handlers() {
		status.Handlers = append(status.Handlers, HandlerStatus(handler))
	}
	return status
}

// EstimateBytes estimates how many bytes the objects in an informer's store have as JSON: the mean of up to 20 of them times their
// number. It is exact for a store of up to 20 objects, and near to what a list costs on the wire; what the objects take in memory
// depends on their kind. It encodes these objects at each call, and returns false if one of them cannot be encoded or the informer is not
// from this package.
func EstimateBytes(informer SharedInformer) (int64, bool) {
	estimates, ok := unwrapped(informer).(interface{ estimateBytes() (int64, bool) })
	if !ok {
		return 0, false
	}
	return estimates.estimateBytes()
}

// sampled is the number of objects that stand for all of a store.
const sampled = 20

func (v *informerView[T]) estimateBytes() (int64, bool) {
	sample := v.core.Store().Sample(sampled)
	if len(sample) == 0 {
		return 0, true
	}
	sum := 0
	for _, obj := range sample {
		text, err := json.Marshal(obj)
		if err != nil {
			return 0, false
		}
		sum += len(text)
	}
	return int64(sum) * int64(v.core.Store().Len()) / int64(len(sample)), true
}

// Follows reports whether an informer keeps the objects that a resource has in a namespace, whatever their version. A namespace is
// empty for cluster-scoped objects. It does not know about selectors. It returns false for an informer that does not know its
// resource: generated informers and those of the dynamic and the metadata factory do, others if the Identifier in their options
// names it.
func Follows(informer SharedInformer, resource schema.GroupResource, namespace string) bool {
	knows, ok := unwrapped(informer).(interface {
		follows(resource schema.GroupResource, namespace string) bool
	})
	return ok && knows.follows(resource, namespace)
}

func (v *informerView[T]) follows(resource schema.GroupResource, namespace string) bool {
	if v.opts.Identifier.gvr.GroupResource() != resource {
		return false
	}
	covers := func(source StreamListerWatcher[T]) bool {
		described, ok := source.(describes)
		if !ok {
			return true
		}
		_, only := described.Describe()
		return only == "" || only == namespace
	}
	return slices.ContainsFunc(scopesOf(v.source)(), func(scope Scope[T]) bool { return covers(scope.Source) })
}

// whyOf returns the failure of an informer to list or watch, or nil if it works or is not from this package.
func whyOf(informer SharedInformer) error {
	if knows, ok := unwrapped(informer).(interface{ why() error }); ok {
		return knows.why()
	}
	return nil
}

// why returns the failure to list or watch, or nil while the informer works.
func (v *informerView[T]) why() error {
	if err := failureError(v.core.Failure()); err != nil {
		return err
	}
	if shards, ok := v.core.ShardStatus(); ok && shards.Held.Empty() {
		return errNoShards
	}
	return nil
}

var errNoShards = errors.New("this process holds no shard yet")

// SyncError says which informers have not synced, and why.
type SyncError struct {
	// Cause is why the wait ended: the cause of the context.
	Cause error
	// Unsynced holds the informers that have not synced, by name. The value is a [*FailureError] if the informer cannot list
	// or watch, and nil if its list has just not ended. It is another error if the informer waits for [Shards].
	Unsynced map[string]error
}

// Error returns a message with the names of the informers, sorted, and their failures.
func (e *SyncError) Error() string {
	var lines []string
	for name, why := range e.Unsynced {
		if why == nil {
			why = errors.New("no answer yet")
		}
		lines = append(lines, name+": "+why.Error())
	}
	slices.Sort(lines)
	return fmt.Sprintf("caches did not sync: %v: %s", e.Cause, strings.Join(lines, "; "))
}

// Unwrap returns the cause, and the failures of the informers.
func (e *SyncError) Unwrap() []error {
	errs := []error{e.Cause}
	for _, why := range e.Unsynced {
		if why != nil {
			errs = append(errs, why)
		}
	}
	return errs
}

// WaitForSync waits until all informers have synced, and returns nil. If ctx ends first, it returns a [*SyncError], which
// says what is wrong with each informer: errors.Is and errors.As find the cause of ctx and the failures in it.
func WaitForSync(ctx context.Context, informers ...SharedInformer) error {
	checkers := make([]DoneChecker, len(informers))
	for i, informer := range informers {
		checkers[i] = informer.HasSyncedChecker()
	}
	if WaitFor(ctx, "", checkers...) {
		return nil
	}
	failed := &SyncError{Cause: context.Cause(ctx), Unsynced: map[string]error{}}
	for _, checker := range checkers {
		if IsDone(checker) {
			continue
		}
		failed.Unsynced[checker.Name()] = nil
		if knows, ok := checker.(interface{ Why() error }); ok {
			failed.Unsynced[checker.Name()] = knows.Why()
		}
	}
	return failed
}

// WaitForObject waits until an informer's store contains an object as a write returned it, or something later: a newer
// state of the object, or its deletion. With it, a controller can read its own writes:
//
//	pod, err := client.Pods(ns).Update(ctx, pod, metav1.UpdateOptions{})
//	…
//	err = cache.WaitForObject(ctx, informer, pod)
//
// It returns nil once the stored object, or the store's own resource version, is at least as new as obj. If ctx ends
// first, it returns the cause of ctx, with a [*FailureError] if the informer cannot list or watch. Give ctx a deadline: if
// the informer does not select the object, its version may stay behind for long. Versions that cannot be compared are an
// error.
func WaitForObject(ctx context.Context, informer SharedInformer, obj metav1.Object) error {
	key, version := MetaObjectToName(obj).String(), obj.GetResourceVersion()
	return waitForVersion(ctx, informer, version, func() (bool, error) {
		stored, exists, err := informer.GetStore().GetByKey(key)
		if err != nil || !exists {
			return false, err
		}
		return reached(versionOf(stored), version)
	})
}

// WaitForResourceVersion waits until an informer's store contains all changes up to a resource version of its resource,
// such as that of a list or of a deleted object. Its errors are those of WaitForObject.
func WaitForResourceVersion(ctx context.Context, informer SharedInformer, resourceVersion string) error {
	return waitForVersion(ctx, informer, resourceVersion, func() (bool, error) { return false, nil })
}

// changesPollPeriod is the interval at which an informer from another package is checked for changes.
const changesPollPeriod = 50 * time.Millisecond

// waitForVersion waits until sooner returns true or the store has a version, or until ctx ends.
func waitForVersion(ctx context.Context, informer SharedInformer, version string, sooner func() (bool, error)) error {
	if _, err := resourceversion.CompareResourceVersion(version, version); err != nil {
		return fmt.Errorf("cannot wait for resource version %q: %w", version, err)
	}
	for {
		changes, release := Changes(informer)
		done, err := sooner()
		if err == nil && !done {
			done, err = reached(informer.GetStore().LastStoreSyncResourceVersion(), version)
		}
		if err != nil || done {
			release()
			return err
		}
		select {
		case <-ctx.Done():
			release()
			if why := whyOf(informer); why != nil {
				return fmt.Errorf("the cache has not seen resource version %s: %w: %w", version, context.Cause(ctx), why)
			}
			return fmt.Errorf("the cache has not seen resource version %s: %w", version, context.Cause(ctx))
		case <-changes:
			release()
		}
	}
}

// Changes returns a channel that is closed when the store of an informer, or the store's resource version, may have changed after
// the call. Call release when the channel is not needed any more. Look at the store between the call and the wait, or a change is
// missed:
//
//	changes, release := cache.Changes(informer)
//	if !done() {
//		<-changes
//	}
//	release()
func Changes(informer SharedInformer) (changes <-chan struct{}, release func()) {
	if tells, ok := unwrapped(informer).(interface{ Changes() <-chan struct{} }); ok {
		return tells.Changes(), func() {}
	}
	soon := make(chan struct{})
	timer := time.AfterFunc(changesPollPeriod, func() { close(soon) })
	return soon, func() { timer.Stop() }
}

// reached reports whether a version is at least as new as another. An empty version is not.
func reached(version, wanted string) (bool, error) {
	if version == "" {
		return false, nil
	}
	order, err := resourceversion.CompareResourceVersion(version, wanted)
	if err != nil {
		return false, fmt.Errorf("cannot compare resource versions %q and %q: %w", version, wanted, err)
	}
	return order >= 0, nil
}

// HealthCheckOptions are the options of NewHealthCheck. The zero value is useful.
type HealthCheckOptions struct {
	// MaxFailing is how long an informer may fail to list or watch; zero means a minute.
	MaxFailing time.Duration
	// MaxLag is how far a handler may be behind; zero means no limit.
	MaxLag time.Duration
}

// NewHealthCheck returns a health check of informers, as a function that health endpoints accept. Its error names each
// informer that cannot list or watch, with the cause, and each handler that is behind. It omits informers that are stopped
// or are not from this package.
func NewHealthCheck(opts HealthCheckOptions, informers ...SharedInformer) func(*http.Request) error {
	if opts.MaxFailing <= 0 {
		opts.MaxFailing = time.Minute
	}
	return func(*http.Request) error {
		var errs []error
		for _, informer := range informers {
			if status, ok := StatusOf(informer); ok && !status.Stopped {
				errs = append(errs, opts.check(status)...)
			}
		}
		return errors.Join(errs...)
	}
}

func (opts HealthCheckOptions) check(status InformerStatus) (errs []error) {
	if status.Err != nil && time.Since(status.Since) > opts.MaxFailing {
		errs = append(errs, fmt.Errorf("informer of %s: %s since %s: %w", status.Name, status.Reason, status.Since.Format(time.RFC3339), status.Err))
	}
	for _, handler := range status.Handlers {
		if opts.MaxLag > 0 && handler.Behind > opts.MaxLag {
			errs = append(errs, fmt.Errorf("informer of %s: handler %s is %s behind, with %d events to come", status.Name, handler.Name, handler.Behind, handler.Queued))
		}
	}
	return errs
}
