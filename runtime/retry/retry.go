package retry

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
)

// OnError calls fn until it succeeds, fails in a way that is not retriable, or backoff has no steps left. It returns the
// last error of fn, nil once it succeeded.
func OnError(backoff wait.Backoff, retriable func(error) bool, fn func() error) error {
	return OnErrorWithContext(context.Background(), backoff, retriable, func(context.Context) error { return fn() })
}

// OnErrorWithContext is OnError that ends with ctx. Where ctx ends between two attempts, the last error of fn is
// returned, and the cause of ctx where there was no attempt.
func OnErrorWithContext(ctx context.Context, backoff wait.Backoff, retriable func(error) bool, fn func(context.Context) error) error {
	var last error
	err := wait.ExponentialBackoffWithContext(ctx, backoff, func(ctx context.Context) (bool, error) {
		last = fn(ctx)
		if last != nil && !retriable(last) {
			return false, last
		}
		return last == nil, nil
	})
	switch {
	case err == nil:
		return nil
	case last != nil:
		return last
	case ctx.Err() != nil:
		return context.Cause(ctx)
	default:
		return err
	}
}

// RetryOnConflict calls fn until it returns something else than a conflict. fn reads the object, changes it and sends it:
// a conflict tells that what it read was old, so reading belongs into fn.
func RetryOnConflict(backoff wait.Backoff, fn func() error) error {
	return OnError(backoff, apierrors.IsConflict, fn)
}

// RetryOnConflictWithContext is RetryOnConflict that ends with ctx.
func RetryOnConflictWithContext(ctx context.Context, backoff wait.Backoff, fn func(context.Context) error) error {
	return OnErrorWithContext(ctx, backoff, apierrors.IsConflict, fn)
}
