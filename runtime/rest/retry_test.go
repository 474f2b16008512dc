package rest

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/typewright/typewright/runtime/flowcontrol"
)

// reply is an answer without a body, or an error.
type reply struct {
	code   int
	header http.Header
	err    error
}

// scripted returns a client whose transport answers without a network, so that tests can run in a bubble. The last reply
// repeats.
func scripted(t *testing.T, replies ...reply) (*RESTClient, *int) {
	t.Helper()
	config := configFor(t, "http://host")
	sent := 0
	config.Transport = roundTripperFunc(func(req *http.Request) (*http.Response, error) {
		sent++
		reply := replies[min(sent, len(replies))-1]
		if reply.err != nil {
			return nil, reply.err
		}
		return &http.Response{StatusCode: reply.code, Header: reply.header, Request: req, Body: http.NoBody}, nil
	})
	client, err := RESTClientFor(config)
	require.NoError(t, err)
	return client, &sent
}

type roundTripperFunc func(*http.Request) (*http.Response, error)

func (f roundTripperFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func throttled(retryAfter string) reply {
	return reply{code: http.StatusTooManyRequests, header: http.Header{"Retry-After": {retryAfter}, "X-Kubernetes-Pf-Flowschema-Uid": {"f00"}}}
}

var fine = reply{code: http.StatusOK}

func TestHowLongARetryWaits(t *testing.T) {
	for name, test := range map[string]struct {
		retryAfter string
		backoff    time.Duration
		want       time.Duration
	}{
		"as long as the server says":        {"7", 0, 7 * time.Second},
		"or the backoff manager, if longer": {"7", 9 * time.Second, 9 * time.Second},
		"a date of the past is no wait":     {"Fri, 31 Dec 1999 23:59:59 GMT", 0, 0},
		"a date":                            {"Sat, 01 Jan 2000 00:00:05 GMT", 0, 5 * time.Second}, // the time of a bubble begins with the year 2000
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, sent := scripted(t, throttled(test.retryAfter), fine)
				request := client.Get().Resource("pods")
				if test.backoff > 0 {
					request.BackOffWithContext(&URLBackoff{Backoff: flowcontrol.NewBackOff(test.backoff, test.backoff)})
				}
				begun := time.Now()
				require.NoError(t, request.Do(t.Context()).Error())
				assert.Equal(t, test.want, time.Since(begun))
				assert.Equal(t, 2, *sent)
			})
		})
	}
}

func TestRetryAfterSeconds(t *testing.T) {
	for value, want := range map[string]int{"": -1, "7": 7, "-7": 0, "99999999999": 1<<31 - 1, "99999999999999999999999": -1, "soon": -1, "1.5": -1} {
		seconds, ok := retryAfterSeconds(http.Header{"Retry-After": {value}})
		if !ok {
			seconds = -1
		}
		assert.Equal(t, want, seconds, value)
	}
}

func TestErrorsOfRetries(t *testing.T) {
	errReset := errors.New("read: connection reset by peer")
	errOther := errors.New("no route to host")
	synctest.Test(t, func(t *testing.T) {
		client, sent := scripted(t, reply{err: errReset}, reply{err: errOther})
		err := client.Get().Resource("pods").Do(t.Context()).Error()
		require.ErrorIs(t, err, errOther)
		assert.NotErrorIs(t, err, errReset, "the kind of the error is that of the last attempt")
		assert.ErrorContains(t, err, "error from a previous attempt")
		assert.ErrorContains(t, err, "connection reset by peer")
		assert.Equal(t, 2, *sent)

		client, _ = scripted(t, throttled("300"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err = client.Get().Resource("pods").Do(ctx).Error()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, `waiting 5m0s to send the request again (the server answered 429 Too Many Requests, FlowSchema UID "f00")`)

		client, sent = scripted(t, throttled("0"))
		err = client.Get().Resource("pods").Do(t.Context()).Error()
		assert.True(t, apierrors.IsTooManyRequests(err), "%v", err)
		assert.Equal(t, 11, *sent, "gives up after ten retries")
	})
}

// countingLimiter counts the calls of Wait.
type countingLimiter struct {
	flowcontrol.RateLimiter

	waits atomic.Int32
	err   error
}

func (c *countingLimiter) Wait(context.Context) error {
	c.waits.Add(1)
	return c.err
}

func TestEachAttemptWaitsForTheLimiter(t *testing.T) {
	limiter := &countingLimiter{}
	client, _ := scripted(t, throttled("0"), throttled("0"), fine)
	require.NoError(t, client.Get().Resource("pods").Throttle(limiter).Do(t.Context()).Error())
	assert.EqualValues(t, 3, limiter.waits.Load(), "once for each attempt")

	limiter = &countingLimiter{err: errors.New("closed for today")}
	client, sent := scripted(t, fine)
	w, err := client.Get().Resource("pods").Throttle(limiter).Watch(t.Context())
	require.NoError(t, err)
	w.Stop()
	assert.Zero(t, limiter.waits.Load(), "watches do not wait")
	assert.Equal(t, 1, *sent)

	err = client.Get().Resource("pods").Throttle(limiter).Do(t.Context()).Error()
	require.ErrorIs(t, err, limiter.err)
	assert.ErrorContains(t, err, "client rate limiter Wait returned an error")
	assert.Equal(t, 1, *sent, "nothing was sent")
}

func TestTheTimeoutBeginsAfterTheLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := flowcontrol.NewTokenBucketRateLimiter(0.1, 1)
		require.True(t, limiter.TryAccept())
		client, _ := scripted(t, fine)
		begun := time.Now()
		require.NoError(t, client.Get().Resource("pods").Throttle(limiter).Timeout(time.Second).Do(t.Context()).Error())
		assert.Equal(t, 10*time.Second, time.Since(begun).Round(time.Second))
	})
}

func TestWarningsOfRetriesAreDropped(t *testing.T) {
	handler := &warningRecorder{}
	warning := http.Header{"Warning": {`299 - "old"`}, "Retry-After": {"0"}}
	client, _ := scripted(t, reply{code: 503, header: warning}, reply{code: 200, header: warning})
	require.NoError(t, client.Get().Resource("pods").WarningHandlerWithContext(handler).Do(t.Context()).Error())
	assert.Equal(t, []string{"old"}, handler.texts, "warnings of answers that are retried are dropped")
}

type warningRecorder struct{ texts []string }

func (h *warningRecorder) HandleWarningHeaderWithContext(_ context.Context, _ int, _, text string) {
	h.texts = append(h.texts, text)
}
