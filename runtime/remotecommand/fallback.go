package remotecommand

import (
	"context"

	"k8s.io/klog/v2"
)

// FallbackExecutor tries a second executor if the first fails in a certain way.
type FallbackExecutor struct {
	primary, secondary Executor
	shouldFallback     func(error) bool
}

var _ Executor = (*FallbackExecutor)(nil)

// NewFallbackExecutor returns an executor that uses primary, and secondary after errors of primary for which shouldFallback is
// true. They must be errors of an upgrade, before which nothing is read from Stdin: httpstream.IsUpgradeFailure says so.
func NewFallbackExecutor(primary, secondary Executor, shouldFallback func(error) bool) (Executor, error) {
	return &FallbackExecutor{primary: primary, secondary: secondary, shouldFallback: shouldFallback}, nil
}

// Stream is StreamWithContext with a context that does not end.
func (f *FallbackExecutor) Stream(options StreamOptions) error {
	return f.StreamWithContext(context.Background(), options)
}

// StreamWithContext runs the command with the first executor that can reach the server.
func (f *FallbackExecutor) StreamWithContext(ctx context.Context, options StreamOptions) error {
	err := f.primary.StreamWithContext(ctx, options)
	if err != nil && f.shouldFallback(err) {
		klog.FromContext(ctx).V(4).Info("RemoteCommand fallback", "err", err)
		return f.secondary.StreamWithContext(ctx, options)
	}
	return err
}
