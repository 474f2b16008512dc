package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// ready refuses requests that could not be built, and waits for the rate limiter.
func (r *Request) ready(ctx context.Context) error {
	if err := r.check(); err != nil {
		return err
	}
	return r.throttle(ctx, "client-side throttling, not priority and fairness")
}

// check refuses requests that could not be built.
func (r *Request) check() error {
	if r.err != nil {
		return &RequestConstructionError{Err: r.err}
	}
	if err := r.target.check(r.verb); err != nil {
		return &RequestConstructionError{Err: err}
	}
	return nil
}

// send sends the request, again and again as [retry] allows, until there is an answer or an error to give to the caller,
// who closes the answer's body and calls warn. Broken says which errors of a verb are followed by another attempt.
func (r *Request) send(ctx context.Context, broken func(verb string, err error) bool) (*http.Response, error) {
	var earlier error
	if err := r.backOff(ctx, 0); err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		resp, err := r.attempt(ctx, attempt)
		again, ok := r.retryAfter(attempt, resp, err, broken)
		if !ok {
			if err != nil {
				return nil, withEarlier(err, earlier)
			}
			return resp, nil
		}
		r.retried = r.retried || resp == nil || resp.StatusCode >= http.StatusInternalServerError
		if resp != nil {
			drain(resp.Body)
		}
		if err != nil {
			earlier = err
		}
		klog.FromContext(ctx).V(4).Info("Sending a request again", "delay", again.wait, "attempt", attempt+1, "reason", again.reason)
		if err := r.backOff(ctx, again.wait); err != nil {
			return nil, withEarlier(fmt.Errorf("waiting %v to send the request again (%s): %w", again.wait, again.reason, err), earlier)
		}
		if err := r.throttle(ctx, again.reason); err != nil {
			return nil, withEarlier(err, earlier)
		}
	}
}

// withEarlier adds to an error that of an earlier attempt, which often tells more.
func withEarlier(err, earlier error) error {
	if earlier == nil || err.Error() == earlier.Error() {
		return err
	}
	if of, ok := errors.AsType[*url.Error](earlier); ok && of.Err != nil {
		earlier = of.Err // verb and URL stand in err
	}
	return fmt.Errorf("%w - error from a previous attempt: %v", err, earlier) //nolint:errorlint // only the last decides what kind of error it is
}

// attempt sends the request once.
func (r *Request) attempt(ctx context.Context, number int) (*http.Response, error) {
	req, err := r.newHTTPRequest(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := roundTrip(r.sender(), req)
	r.observeAttempt(ctx, req, resp, number)
	if r.backoff != nil {
		code := 0
		if resp != nil {
			code = resp.StatusCode
		}
		r.backoff.UpdateBackoffWithContext(ctx, req.URL, err, code)
	}
	return resp, err
}

// backOff waits for at least the given time, and as long as the backoff manager says.
func (r *Request) backOff(ctx context.Context, wait time.Duration) error {
	if r.backoff == nil {
		return sleep(ctx, wait)
	}
	r.backoff.SleepWithContext(ctx, max(wait, r.backoff.CalculateBackoffWithContext(ctx, r.URL())))
	return context.Cause(ctx)
}

func (r *Request) newHTTPRequest(ctx context.Context) (*http.Request, error) {
	body, err := r.body.open()
	if err != nil {
		return nil, &RequestConstructionError{Err: err}
	}
	// The URL is there in pieces; parsing it from text would take it apart once more.
	req, err := http.NewRequestWithContext(withResolverMetric(ctx), r.verb, "", body)
	if err != nil {
		return nil, &RequestConstructionError{Err: err}
	}
	*req.URL = r.address()
	req.Host = req.URL.Host
	r.setHeaders(req.Header)
	return req, nil
}

// setHeaders sets what the request carries: what was set for it, what the client accepts unless it was set, and what the
// transport would otherwise set on a copy of the request.
func (r *Request) setHeaders(header http.Header) {
	maps.Copy(header, r.headers)
	if _, set := header["Accept"]; !set && r.accept != nil {
		header["Accept"] = r.accept
	}
	if rt, ok := r.httpClient().Transport.(interface{ SetHeaders(header http.Header) }); ok {
		rt.SetHeaders(header)
	}
}

func (r *Request) httpClient() *http.Client {
	if r.c.Client != nil {
		return r.c.Client
	}
	return http.DefaultClient
}

// sender is the client, without its timeout where the context has the same: two of them race, and http.Client says less of
// its own than a context does.
func (r *Request) sender() *http.Client {
	client := r.httpClient()
	if !r.bounded || client.Timeout != r.timeout {
		return client
	}
	unbounded := *client
	unbounded.Timeout = 0
	return &unbounded
}

// drainLimit is how much of an answer that nobody wants is read, so that its connection can be used again.
const drainLimit = 2 << 10

// drain reads a little of the body and closes it.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, drainLimit)
	_ = body.Close()
}

// roundTrip does what client.Do does. An http.Client readies itself for redirects before each request: it copies headers
// and URL, a tenth of all that a small GET allocates. Here it is asked when it is needed, with the answer at hand: for a
// redirect, an error, and whatever else is not plain. Errors name the URL without what may be secret in it.
func roundTrip(client *http.Client, req *http.Request) (*http.Response, error) {
	if client.Transport == nil || client.Jar != nil || client.Timeout != 0 || req.URL.User != nil {
		resp, err := client.Do(req)
		return resp, redact.Error(err)
	}
	resp, err := client.Transport.RoundTrip(req)
	if err == nil && resp != nil && resp.Body != nil && resp.StatusCode/100 != http.StatusMultipleChoices/100 {
		return resp, nil
	}
	if err == nil {
		err = faulty(client.Transport, resp)
	}
	answered := *client
	answered.Transport = &answeredAlready{RoundTripper: client.Transport, resp: resp, err: err}
	resp, err = answered.Do(req)
	return resp, redact.Error(err)
}

// faulty names a round tripper that answers with what is no answer: http.Client would name the one below.
func faulty(rt http.RoundTripper, resp *http.Response) error {
	switch {
	case resp == nil:
		return fmt.Errorf("http: RoundTripper implementation (%T) returned a nil *Response with a nil error", rt)
	case resp.Body == nil && resp.ContentLength > 0:
		return fmt.Errorf("http: RoundTripper implementation (%T) returned a *Response with content length %d but a nil Body", rt, resp.ContentLength)
	default:
		return nil
	}
}

// answeredAlready has the answer to the first request, and sends those that follow, which are redirects.
type answeredAlready struct {
	http.RoundTripper

	resp *http.Response
	err  error
	used bool
}

func (a *answeredAlready) RoundTrip(req *http.Request) (*http.Response, error) {
	if a.used {
		return a.RoundTripper.RoundTrip(req)
	}
	a.used = true
	return a.resp, a.err
}
