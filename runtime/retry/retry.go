package retry

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
)

// OnError calls fn until it succeeds, its error is not retriable, or backoff has no steps left. It returns the last
// error of fn, or nil.
func OnError(backoff wait.Backoff, retriable func(error) bool, fn func() error) error {
	return OnErrorWithContext(context.Background(), backoff, retriable, func(context.Context) error { return fn() })
}

// OnErrorWithContext is OnError that also ends with ctx. It then returns the last error of fn, or the cause of ctx if
// fn was not called.
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

// RetryOnConflict calls fn until it returns anything but a conflict. fn must read the object, change it and send it:
// after a conflict, the object must be read again.
func RetryOnConflict(backoff wait.Backoff, fn func() error) error {
	return OnError(backoff, apierrors.IsConflict, fn)
}

// RetryOnConflictWithContext is RetryOnConflict that ends with ctx.
func RetryOnConflictWithContext(ctx context.Context, backoff wait.Backoff, fn func(context.Context) error) error {
	return OnErrorWithContext(ctx, backoff, apierrors.IsConflict, fn)
}
