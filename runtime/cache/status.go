package cache

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// HandlerStatus is how far a handler is behind.
type HandlerStatus core.HandlerStatus

// InformerStatus is how an informer is doing.
type InformerStatus struct {
	// Name is what the informer is called in logs.
	Name string
	// Synced is set once the store holds everything that the server had when the informer began to run.
	Synced bool
	// Stopped is set while an informer that has run does not run.
	Stopped bool
	// ResourceVersion is that up to which the store has seen everything; "" where that is not known.
	ResourceVersion string
	// Err is the last of the failures in a row to list or watch; nil while all is well. Reason says what kind it is of,
	// Since when the first of the row was, and Failures how many there were.
	Err      error
	Reason   FailureReason
	Since    time.Time
	Failures int
	// Handlers are how far each handler is behind, by name.
	Handlers []HandlerStatus
}

// StatusOf returns how an informer is doing; false for an informer that is not of this package.
func StatusOf(informer SharedInformer) (InformerStatus, bool) {
	reports, ok := unwrapped(informer).(interface{ Status() InformerStatus })
	if !ok {
		return InformerStatus{}, false
	}
	return reports.Status(), true
}

// Status returns how the informer is doing.
func (v *informerView[T]) Status() InformerStatus {
	failure := v.core.Failure()
	status := InformerStatus{
		Name:            v.core.Name(),
		Synced:          v.HasSynced(),
		Stopped:         v.core.Stopped(),
		ResourceVersion: v.core.Store().Version(),
		Err:             failure.Err,
		Since:           failure.Since,
		Failures:        failure.Count,
	}
	if failure.Err != nil {
		status.Reason = ReasonOf(failure.Err)
	}
	for _, handler := range v.core.Handlers() {
		status.Handlers = append(status.Handlers, HandlerStatus(handler))
	}
	return status
}

// whyOf returns what keeps an informer from listing or watching; nil where nothing does, or it does not tell.
func whyOf(informer SharedInformer) error {
	if knows, ok := unwrapped(informer).(interface{ why() error }); ok {
		return knows.why()
	}
	return nil
}

// why returns what keeps the informer from listing or watching; nil where nothing does.
func (v *informerView[T]) why() error { return failureError(v.core.Failure()) }

// failureError is a failure as an error; nil where there is none.
func failureError(f core.Failure) error {
	if f.Count == 0 {
		return nil
	}
	return &FailureError{Reason: ReasonOf(f.Err), Since: f.Since, Failures: f.Count, Err: f.Err}
}

// FailureError is why an informer cannot list or watch.
type FailureError struct {
	Reason FailureReason
	// Since is when the first of the failures in a row was, Failures how many there were, Err the last.
	Since    time.Time
	Failures int
	Err      error
}

// Error says it all.
func (e *FailureError) Error() string {
	return fmt.Sprintf("%s since %s (%d failures): %v", e.Reason, e.Since.Format(time.RFC3339), e.Failures, e.Err)
}

// Unwrap returns the last failure.
func (e *FailureError) Unwrap() error { return e.Err }

// SyncError says which informers have not synced, and why.
type SyncError struct {
	// Cause is why the wait ended.
	Cause error
	// Unsynced are the informers, by name, with a [*FailureError] for those that cannot list or watch, and nil for those
	// that have just not come to an end.
	Unsynced map[string]error
}

// Error names the informers in order.
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

// Unwrap returns why the wait ended, and what is wrong with each informer.
func (e *SyncError) Unwrap() []error {
	errs := []error{e.Cause}
	for _, why := range e.Unsynced {
		if why != nil {
			errs = append(errs, why)
		}
	}
	return errs
}

// WaitForSync waits until all informers have synced, or ctx ends. The error is then a [*SyncError], which says what is
// wrong with each: errors.Is and errors.As find the cause of ctx and the failures in it.
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

// HealthCheckOptions say when an informer is not well. The zero value is useful.
type HealthCheckOptions struct {
	// MaxFailing is how long listing or watching may fail; zero means a minute.
	MaxFailing time.Duration
	// MaxLag is how far a handler may be behind; zero means any time.
	MaxLag time.Duration
}

// NewHealthCheck returns a health check of informers, in the form that health endpoints take: an error names each informer
// that cannot list or watch, and why, and each handler that is behind. Informers that are stopped, or are not of this
// package, are left out.
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
