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

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// HandlerStatus says how far a handler is behind.
type HandlerStatus core.HandlerStatus

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

// failureError returns a failure as an error, or nil for the zero value.
func failureError(f core.Failure) error {
	if f.Count == 0 {
		return nil
	}
	return &FailureError{Reason: ReasonOf(f.Err), Since: f.Since, Failures: f.Count, Err: f.Err}
}

// FailureError says why an informer cannot list or watch.
type FailureError struct {
	Reason FailureReason
	// Since is the time of the first failure since the informer last worked, and Failures the number of failures since
	// then. Err is the last one.
	Since    time.Time
	Failures int
	Err      error
}

// Error returns a message with all fields.
func (e *FailureError) Error() string {
	return fmt.Sprintf("%s since %s (%d failures): %v", e.Reason, e.Since.Format(time.RFC3339), e.Failures, e.Err)
}

// Unwrap returns the last failure.
func (e *FailureError) Unwrap() error { return e.Err }

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
