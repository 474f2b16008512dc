// Metrics serves the metrics of a program's requests and informers to Prometheus, and the values of the Go runtime beside them:
//
//	cd examples/observability && go run ./metrics
//
// The informer follows robots on an API server in this process.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/inspect"
	"github.com/typewright/typewright/runtime/inspect/collector"
	"github.com/typewright/typewright/runtime/metrics"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, "localhost:9090", os.Stdout)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

// latencies is a metric of package metrics that fills a histogram.
type latencies struct{ *prometheus.HistogramVec }

// Observe is called once a response has arrived, but for watches and lists that are streamed. The path of u has placeholders where names were, so it is fit for a label.
func (l latencies) Observe(_ context.Context, verb string, u url.URL, latency time.Duration) {
	l.WithLabelValues(verb, u.Path).Observe(latency.Seconds())
}

// results is a metric of package metrics that counts answers by their codes.
type results struct{ *prometheus.CounterVec }

// Increment is called once for each answer, and with the code "<error>" if there was none.
func (r results) Increment(_ context.Context, code, method, host string) {
	r.WithLabelValues(code, method, host).Inc()
}

// register tells the clients which metrics to fill. It must come before the first client, and works once in a process.
func register(registry prometheus.Registerer) {
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "rest_client_request_duration_seconds", Help: "Time until the response, by verb and path.",
	}, []string{"verb", "path"})
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "rest_client_requests_total", Help: "Answers by code, method and host.",
	}, []string{"code", "method", "host"})
	registry.MustRegister(duration, requests, collectors.NewGoCollector())
	metrics.Register(metrics.RegisterOpts{RequestLatency: latencies{duration}, RequestResult: results{requests}})
}

// run follows robots, and serves the metrics on an address until ctx ends.
func run(ctx context.Context, address string, out io.Writer) error {
	registry := prometheus.NewRegistry()
	register(registry)
	server, err := apitest.New(apitest.Options{Scheme: scheme.Scheme, Resources: fake.Resources()})
	if err != nil {
		return err
	}
	defer server.Close()
	client, err := versioned.NewForConfig(server.Config())
	if err != nil {
		return err
	}
	if _, err := client.FleetV1beta1().Robots("default").List(ctx, metav1.ListOptions{}); err != nil {
		return err
	}
	factory := externalversions.NewSharedInformerFactory(client, 0)
	factory.Fleet().V1beta1().Robots().Informer()
	page, err := inspect.New(inspect.Options{Factories: []inspect.Factory{factory}})
	if err != nil {
		return err
	}
	registry.MustRegister(collector.New(page)) // informers, queues, controllers, elections
	ctx, cancel := context.WithCancel(ctx)
	defer func() { cancel(); factory.Shutdown() }()
	factory.StartWithContext(ctx)
	return serve(ctx, address, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}), out)
}

// serve serves a handler and prints where it is.
func serve(ctx context.Context, address string, handler http.Handler, out io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "http://%s/metrics\n", listener.Addr())
	mux := http.NewServeMux()
	mux.Handle("/metrics", handler)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
