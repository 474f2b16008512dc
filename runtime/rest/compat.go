package rest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// BackoffManager is [BackoffManagerWithContext] without contexts.
//
// Deprecated: its Sleep goes on after the request's context has ended.
type BackoffManager interface {
	UpdateBackoff(actualURL *url.URL, err error, responseCode int)
	CalculateBackoff(actualURL *url.URL) time.Duration
	Sleep(d time.Duration)
}

var (
	_ BackoffManager = (*URLBackoff)(nil)
	_ BackoffManager = (*NoBackoff)(nil)
)

// BackOff is BackOffWithContext for a manager that knows no contexts.
//
// Deprecated: use [Request.BackOffWithContext].
func (r *Request) BackOff(manager BackoffManager) *Request {
	if manager == nil {
		return r.BackOffWithContext(nil)
	}
	return r.BackOffWithContext(backoffWithoutContext{manager})
}

// backoffWithoutContext makes a manager with contexts of one without.
type backoffWithoutContext struct{ BackoffManager }

func (b backoffWithoutContext) UpdateBackoffWithContext(_ context.Context, actualURL *url.URL, err error, responseCode int) {
	b.UpdateBackoff(actualURL, err, responseCode)
}

func (b backoffWithoutContext) CalculateBackoffWithContext(_ context.Context, actualURL *url.URL) time.Duration {
	return b.CalculateBackoff(actualURL)
}

func (b backoffWithoutContext) SleepWithContext(_ context.Context, d time.Duration) { b.Sleep(d) }

// WithRetry is what client-go's requests decide about their retries with. There as here, no exported function takes or
// returns one; it is declared so that code that names it compiles.
type WithRetry interface {
	// IsNextRetry reports whether an attempt that got the response or the error is followed by another.
	IsNextRetry(ctx context.Context, restReq *Request, httpReq *http.Request, resp *http.Response, err error, f IsRetryableErrorFunc) bool
	// Before waits as long as the attempt to come must wait.
	Before(ctx context.Context, r *Request) error
	// After is called after each attempt.
	After(ctx context.Context, r *Request, resp *http.Response, err error)
	// WrapPreviousError adds the error of an earlier attempt to the last.
	WrapPreviousError(finalErr error) (err error)
}

// RetryAfter says when and why client-go's requests are sent again; see [WithRetry].
type RetryAfter struct {
	// Wait is the time before the attempt.
	Wait time.Duration
	// Attempt counts the attempts that failed.
	Attempt int
	// Reason says why the request is sent again.
	Reason string
}

// IsRetryableErrorFunc reports whether a request that failed with an error is to be sent again; see [WithRetry].
type IsRetryableErrorFunc func(request *http.Request, err error) bool

// IsErrorRetryable calls the function.
func (r IsRetryableErrorFunc) IsErrorRetryable(request *http.Request, err error) bool {
	return r(request, err)
}

// DeepCopyInto copies the configuration into out; they share nothing that can be changed.
func (c *TLSClientConfig) DeepCopyInto(out *TLSClientConfig) {
	*out = *c
	out.CertData, out.KeyData, out.CAData = slices.Clone(c.CertData), slices.Clone(c.KeyData), slices.Clone(c.CAData)
	out.NextProtos = slices.Clone(c.NextProtos)
}

// DeepCopy returns a copy of the configuration, nil of nil; see DeepCopyInto.
func (c *TLSClientConfig) DeepCopy() *TLSClientConfig {
	if c == nil {
		return nil
	}
	out := &TLSClientConfig{}
	c.DeepCopyInto(out)
	return out
}
