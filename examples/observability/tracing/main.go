// Tracing makes a span of each request that a client sends, with OpenTelemetry, below the span of what the program does:
//
//	cd examples/observability && go run ./tracing
//
// It prints the spans as JSON. A program sends them to a collector: otlptracehttp.New(ctx) in place of stdouttrace.New.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/rest"
)

func main() {
	exporter, err := stdouttrace.New(stdouttrace.WithPrettyPrint())
	if err == nil {
		err = run(context.Background(), exporter)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// run has a robot made, under a span, on an API server in this process.
func run(ctx context.Context, exporter sdktrace.SpanExporter) (err error) {
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	defer func() { err = errors.Join(err, provider.Shutdown(ctx)) }() // sends what was not sent yet
	server, err := apitest.New(apitest.Options{Scheme: scheme.Scheme, Resources: fake.Resources()})
	if err != nil {
		return err
	}
	defer server.Close()
	client, err := versioned.NewForConfig(traced(server.Config(), provider))
	if err != nil {
		return err
	}
	return build(ctx, client, provider.Tracer("fleet"), "ada")
}

// traced has clients of a configuration make a span of each request, and tell the server to which trace it belongs (traceparent). Watches
// get none: a span ends with the answer, and a watch lasts for minutes.
func traced(config *rest.Config, provider trace.TracerProvider) *rest.Config {
	config = rest.CopyConfig(config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return otelhttp.NewTransport(next,
			otelhttp.WithTracerProvider(provider),
			otelhttp.WithPropagators(propagation.TraceContext{}),
			otelhttp.WithFilter(func(r *http.Request) bool { return !r.URL.Query().Has("watch") }),
			otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.URL.Path }),
		)
	})
	return config
}

// build creates a robot and sets its status, each request a span below its own. A reconcile is traced alike.
func build(ctx context.Context, client versioned.Interface, tracer trace.Tracer, name string) error {
	ctx, span := tracer.Start(ctx, "build", trace.WithAttributes(attribute.String("robot", name)))
	defer span.End()
	robots := client.FleetV1beta1().Robots("default")
	robot, err := robots.Create(ctx, &v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil {
		span.RecordError(err)
		return err
	}
	_, err = robots.UpdateStatus(ctx, robot, metav1.UpdateOptions{})
	return err
}
