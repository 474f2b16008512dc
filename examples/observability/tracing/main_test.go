package main

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/runtime/apitest"
)

// keeper is an exporter that keeps its spans after Shutdown, unlike the one in memory.
type keeper struct{ spans tracetest.SpanStubs }

func (k *keeper) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	k.spans = append(k.spans, tracetest.SpanStubsFromReadOnlySpans(spans)...)
	return nil
}

func (*keeper) Shutdown(context.Context) error { return nil }

func TestRequestsAreSpansOfTheirCause(t *testing.T) {
	kept := &keeper{}
	require.NoError(t, run(t.Context(), kept))
	require.Len(t, kept.spans, 3)
	build := kept.spans[2]
	assert.Equal(t, "build", build.Name)
	for i, name := range []string{
		"POST /apis/fleet.typewright.dev/v1beta1/namespaces/default/robots",
		"PUT /apis/fleet.typewright.dev/v1beta1/namespaces/default/robots/ada/status",
	} {
		assert.Equal(t, name, kept.spans[i].Name)
		assert.Equal(t, build.SpanContext.SpanID(), kept.spans[i].Parent.SpanID())
		assert.Equal(t, build.SpanContext.TraceID(), kept.spans[i].SpanContext.TraceID())
	}
}

func TestFailuresWatchesAndTheHeader(t *testing.T) {
	kept := &keeper{}
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(kept))
	server := apitest.Start(t, apitest.Options{Scheme: scheme.Scheme, Resources: fake.Resources()})
	config := traced(server.Config(), provider)
	sent := make(chan string, 2)
	config.WrapTransport = below(config.WrapTransport, sent)
	client, err := versioned.NewForConfig(config)
	require.NoError(t, err)
	robots := client.FleetV1beta1().Robots("default")
	_, err = robots.Get(t.Context(), "bo", metav1.GetOptions{})
	require.Error(t, err)
	require.Len(t, kept.spans, 1)
	assert.Equal(t, codes.Error, kept.spans[0].Status.Code)
	assert.Contains(t, <-sent, kept.spans[0].SpanContext.TraceID().String())

	watch, err := robots.Watch(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	watch.Stop()
	assert.Empty(t, <-sent)
	assert.Len(t, kept.spans, 1, "a watch is no span")
}

// below sends the traceparent header of each request below a wrapper.
func below(wrap func(http.RoundTripper) http.RoundTripper, sent chan<- string) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return wrap(roundTripper(func(r *http.Request) (*http.Response, error) {
			sent <- r.Header.Get("Traceparent")
			return next.RoundTrip(r)
		}))
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
