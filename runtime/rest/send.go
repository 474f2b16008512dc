package rest

import (
	"context"
	"io"
	"net/http"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// send waits for its turn and sends the request, again and again as [retry] allows, until there is an answer or an error
// to give to the caller, who closes the answer's body.
func (r *Request) send(ctx context.Context) (*http.Response, error) {
	if r.err != nil {
		return nil, &RequestConstructionError{Err: r.err}
	}
	if err := r.target.check(r.verb); err != nil {
		return nil, &RequestConstructionError{Err: err}
	}
	for attempt := 0; ; attempt++ {
		resp, err := r.attempt(ctx)
		wait, again := r.retryAfter(attempt, resp, err)
		if !again {
			return resp, err
		}
		if resp != nil {
			drain(resp.Body)
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// attempt sends the request once.
func (r *Request) attempt(ctx context.Context) (*http.Response, error) {
	if err := r.waitTurn(ctx); err != nil {
		return nil, err
	}
	req, err := r.newHTTPRequest(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := r.httpClient().Do(req)
	if r.backoff != nil {
		code := 0
		if resp != nil {
			code = resp.StatusCode
		}
		r.backoff.UpdateBackoffWithContext(ctx, req.URL, err, code)
	}
	if err != nil {
		return nil, err
	}
	handleWarnings(ctx, resp.Header, r.warnings)
	return resp, nil
}

// waitTurn waits for the backoff manager, then for the rate limiter.
func (r *Request) waitTurn(ctx context.Context) error {
	if r.backoff != nil {
		if d := r.backoff.CalculateBackoffWithContext(ctx, r.URL()); d > 0 {
			r.backoff.SleepWithContext(ctx, d)
		}
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if r.limiter == nil {
		return nil
	}
	return r.limiter.Wait(ctx)
}

func (r *Request) newHTTPRequest(ctx context.Context) (*http.Request, error) {
	reader, err := r.body.open()
	if err != nil {
		return nil, &RequestConstructionError{Err: err}
	}
	req, err := http.NewRequestWithContext(ctx, r.verb, r.URL().String(), reader)
	if err != nil {
		return nil, &RequestConstructionError{Err: err}
	}
	for key, values := range r.headers {
		req.Header[key] = append([]string(nil), values...)
	}
	return req, nil
}

func (r *Request) httpClient() *http.Client {
	if r.c.Client != nil {
		return r.c.Client
	}
	return http.DefaultClient
}

// drainLimit is how much of an answer that nobody wants is read, so that its connection can be used again.
const drainLimit = 2 << 10

// drain reads a little of the body and closes it.
func drain(body io.ReadCloser) {
	_, _ = io.Copy(io.Discard, io.LimitReader(body, drainLimit))
	_ = body.Close()
}

// retryable reports whether err means that a request which changes nothing can be sent again.
func retryable(verb string, err error) bool {
	return verb == http.MethodGet && (utilnet.IsConnectionReset(err) || utilnet.IsProbableEOF(err))
}
