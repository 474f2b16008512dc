package rest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/flowcontrol"
	"github.com/typewright/typewright/runtime/metrics"
)

// ledger records what metrics observe, without durations.
type ledger struct {
	mu      sync.Mutex
	entries []string
}

func (l *ledger) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, fmt.Sprintf(format, args...))
}

type (
	latency  struct{ *ledger }
	limiter  struct{ *ledger }
	results  struct{ *ledger }
	retries  struct{ *ledger }
	requests struct{ *ledger }
	answers  struct{ *ledger }
	resolver struct{ *ledger }
)

func (l latency) Observe(_ context.Context, verb string, u url.URL, _ time.Duration) {
	l.add("latency %s %s?%s", verb, u.Path, u.RawQuery)
}

func (l limiter) Observe(_ context.Context, verb string, u url.URL, _ time.Duration) {
	l.add("limiter %s %s", verb, u.Path)
}

func (l results) Increment(_ context.Context, code, method, _ string) {
	l.add("result %s %s", code, method)
}

func (l retries) IncrementRetry(_ context.Context, code, method, _ string) {
	l.add("retry %s %s", code, method)
}

func (l requests) Observe(_ context.Context, _, _ string, size float64) { l.add("sent %v", size) }
func (l answers) Observe(_ context.Context, _, _ string, size float64)  { l.add("received %v", size) }

func (l resolver) Observe(_ context.Context, host string, _ time.Duration) {
	l.add("resolved %s", host)
}

// replace sets a metric of the process until the test ends.
func replace[M any](t *testing.T, metric *M, with M) {
	t.Helper()
	old := *metric
	*metric = with
	t.Cleanup(func() { *metric = old })
}

func TestMetrics(t *testing.T) {
	l := &ledger{}
	replace[metrics.LatencyMetric](t, &metrics.RequestLatency, latency{l})
	replace[metrics.LatencyMetric](t, &metrics.RateLimiterLatency, limiter{l})
	replace[metrics.ResultMetric](t, &metrics.RequestResult, results{l})
	replace[metrics.RetryMetric](t, &metrics.RequestRetry, retries{l})
	replace[metrics.SizeMetric](t, &metrics.RequestSize, requests{l})
	replace[metrics.SizeMetric](t, &metrics.ResponseSize, answers{l})
	replace[metrics.ResolverLatencyMetric](t, &metrics.ResolverLatency, resolver{l})
	var sent atomic.Int32
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/secret/path" {
			panic(http.ErrAbortHandler)
		}
		if sent.Add(1) == 1 {
			w.Header().Set("Retry-After", "0")
			answer(w, http.StatusServiceUnavailable, "{}")
			return
		}
		answer(w, http.StatusOK, pod)
	})
	err := client.Put().Namespace("ns").Resource("pods").Name("web").Param("dryRun", "All").
		Throttle(flowcontrol.NewFakeAlwaysRateLimiter()).Body([]byte("{}")).Do(t.Context()).Error()
	require.NoError(t, err)
	const path = "/api/v1/namespaces/{namespace}/pods/{name}"
	assert.Equal(t, []string{
		"limiter PUT " + path,
		"sent 2", "result 503 PUT",
		"limiter PUT " + path,
		"sent 2", "result 200 PUT", "retry 200 PUT",
		fmt.Sprintf("received %d", len(pod)),
		"latency PUT " + path + "?dryRun=%7Bvalue%7D",
	}, l.entries)

	l.entries = nil
	require.Error(t, client.Get().AbsPath("/secret/path").MaxRetries(0).Timeout(time.Hour).Do(t.Context()).Error())
	assert.Equal(t, []string{"sent 0", "result <error> GET", "latency GET /{prefix}?"}, l.entries)
}

func TestResolverLatencyMetric(t *testing.T) {
	replace[metrics.ResolverLatencyMetric](t, &metrics.ResolverLatency, resolver{&ledger{}})
	client, err := RESTClientFor(configFor(t, "http://localhost:1"))
	require.NoError(t, err)
	require.Error(t, client.Get().Resource("pods").Do(t.Context()).Error())
	assert.Equal(t, []string{"resolved localhost"}, metrics.ResolverLatency.(resolver).entries)
}

func TestPathTemplates(t *testing.T) {
	for path, want := range map[string]string{
		"/api":                                     "/api",
		"/apis/apps/v1":                            "/apis/apps/v1",
		"/api/v1/pods":                             "/api/v1/pods",
		"/api/v1/nodes/n":                          "/api/v1/nodes/{name}",
		"/api/v1/nodes/n/status":                   "/api/v1/nodes/{name}/status",
		"/api/v1/nodes/n/proxy/metrics":            "/api/v1/nodes/{name}/proxy/metrics",
		"/api/v1/namespaces/ns":                    "/api/v1/namespaces/{name}",
		"/api/v1/namespaces/ns/finalize":           "/api/v1/namespaces/{name}/finalize",
		"/api/v1/namespaces/ns/pods":               "/api/v1/namespaces/{namespace}/pods",
		"/api/v1/namespaces/ns/pods/web/log":       "/api/v1/namespaces/{namespace}/pods/{name}/log",
		"/apis/apps/v1/namespaces/ns/scales/x":     "/apis/apps/v1/namespaces/{namespace}/scales/{name}",
		"/apis/fleet.example.com/v1/ships/nauti":   "/apis/fleet.example.com/v1/ships/{name}",
		"/healthz":                                 "/healthz",
		"/":                                        "/",
		"/healthz/etcd":                            "",
		"/openapi/v3/apis/apps/v1":                 "",
		"/apis/fleet.example.com/v1/namespaces/n/": "/apis/fleet.example.com/v1/namespaces/{name}",
	} {
		got, ok := pathTemplate(path)
		assert.Equal(t, want, got, path)
		assert.Equal(t, want != "", ok, path)
	}
}
