package faults

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	fleetv1beta1 "github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/runtime/apitest/netfault"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
	"github.com/typewright/typewright/test/e2e/cluster"
)

// Options are the options of a Harness.
type Options struct {
	// Namespace is the namespace to create and to use. Required.
	Namespace string
	// Seed determines what writers do.
	Seed uint64
	// Writers is the number of writers of each resource, ObjectsEach the number of objects of each writer; zero means 2 and 10.
	Writers, ObjectsEach int
	// Pause is the time between two writes of a writer; zero means 20 ms.
	Pause time.Duration
	// Prefill makes writers create all their objects first.
	Prefill bool
	// OnError is called when an informer fails to list or watch; may be nil.
	OnError func(error)
	// Tamper, if set, wraps the transport of the clients: a planted defect.
	Tamper func(http.RoundTripper) http.RoundTripper
	// Skip, if set, hides the events of objects for which it returns true from informers: a planted defect.
	Skip func(name string) bool
}

// Harness has a namespace of a cluster, with informers and writers that reach it through a proxy.
type Harness struct {
	Cluster *cluster.Cluster
	Proxy   *netfault.Proxy
	Counts  Counts

	opts      Options
	resources []resource
	writers   []*writer
	idle      []func()
}

// New returns a Harness in which nothing runs yet.
func New(ctx context.Context, c *cluster.Cluster, opts Options) (*Harness, error) {
	h := &Harness{Cluster: c, opts: opts}
	proxy, err := netfault.New(strings.TrimPrefix(c.URL(), "https://"))
	if err != nil {
		return nil, err
	}
	h.Proxy = proxy
	if err := h.setUp(ctx); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// setUp creates the namespace, clients, informers and writers.
func (h *Harness) setUp(ctx context.Context) error {
	direct := h.Cluster.Config()
	throughProxy := h.Cluster.ConfigFor(cluster.Alice) // priority and fairness can reject Alice's requests
	throughProxy.Host = "https://" + h.Proxy.Addr()
	throughProxy.WrapTransport = h.opts.Tamper
	directClient, customClient, err := h.clients(direct)
	if err != nil {
		return err
	}
	if _, err := directClient.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: h.opts.Namespace}}, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("make the namespace: %w", err)
	}
	proxied, customProxied, err := h.clients(throughProxy)
	if err != nil {
		return err
	}
	ns := h.opts.Namespace
	maps, err := newKind(h.opts, &kind[*corev1.ConfigMap, *corev1.ConfigMapList]{
		plural: "configmaps", writer: proxied.CoreV1().ConfigMaps(ns), independent: directClient.CoreV1().ConfigMaps(ns),
		newObject: newConfigMap, items: func(l *corev1.ConfigMapList) []*corev1.ConfigMap { return pointers(l.Items) },
	}, proxied.CoreV1().ConfigMaps(ns))
	if err != nil {
		return err
	}
	robots, err := newKind(h.opts, &kind[*fleetv1beta1.Robot, *fleetv1beta1.RobotList]{
		plural: "robots", writer: customProxied.FleetV1beta1().Robots(ns), independent: customClient.FleetV1beta1().Robots(ns),
		newObject: newRobot, items: func(l *fleetv1beta1.RobotList) []*fleetv1beta1.Robot { return pointers(l.Items) },
	}, customProxied.FleetV1beta1().Robots(ns))
	if err != nil {
		return err
	}
	h.resources = []resource{maps, robots}
	h.addWriters()
	return nil
}

// clients returns a client of the built-in groups and one of the custom ones, over connections of their own.
func (h *Harness) clients(config *rest.Config) (*kubernetes.Clientset, *versioned.Clientset, error) {
	// A transport of its own: transports that are shared between configurations stay open after Close.
	config.Dial = nil
	tlsConfig, err := rest.TLSConfigFor(config)
	if err != nil {
		return nil, nil, err
	}
	transport := &http.Transport{TLSClientConfig: tlsConfig, ForceAttemptHTTP2: true, HTTP2: &http.HTTP2Config{SendPingTimeout: 5 * time.Second, PingTimeout: 5 * time.Second}}
	h.idle = append(h.idle, transport.CloseIdleConnections)
	wrapped, err := rest.HTTPWrappersForConfig(config, transport)
	if err != nil {
		return nil, nil, err
	}
	httpClient := &http.Client{Transport: wrapped}
	builtIn, err := kubernetes.NewForConfigAndClient(config, httpClient)
	if err != nil {
		return nil, nil, err
	}
	customClient, err := versioned.NewForConfigAndClient(config, httpClient)
	return builtIn, customClient, err
}

// watcher has the methods that an informer needs of a typed client.
type watcher[T any] interface {
	typed.StreamLister[T]
	typed.StreamWatcher[T]
}

// newKind completes a kind with its informer.
func newKind[T typed.Object, L runtime.Object](opts Options, k *kind[T, L], from any) (*kind[T, L], error) {
	source, ok := from.(watcher[T])
	if !ok {
		return nil, fmt.Errorf("the client of %s does not stream", k.plural)
	}
	k.eventChecker = newEventChecker[T]()
	k.typedInformer = cache.NewTypedInformer(skippingSource[T]{source, opts.Skip}, cache.SharedIndexInformerOptions{})
	if _, err := k.typedInformer.AddTypedEventHandler(k.eventChecker); err != nil {
		return nil, err
	}
	return k, k.typedInformer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		if opts.OnError != nil {
			opts.OnError(fmt.Errorf("%s: %w", k.plural, err))
		}
	})
}

// skippingSource is a watcher that leaves out events of objects for which skip returns true.
type skippingSource[T typed.Object] struct {
	watcher[T]

	skip func(name string) bool
}

func (s skippingSource[T]) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) error {
	return s.watcher.StreamWatch(ctx, opts, func(event cache.StreamEvent[T]) error {
		if event.Type != watch.Bookmark && s.skip != nil && s.skip(event.Object.GetName()) {
			return nil
		}
		return each(event)
	})
}

func (h *Harness) addWriters() {
	writers, objects := h.opts.Writers, h.opts.ObjectsEach
	if writers == 0 {
		writers = 2
	}
	if objects == 0 {
		objects = 10
	}
	for i, r := range h.resources {
		for j := range writers {
			wr := newWriter(r, i*writers+j, objects, h.opts.Seed, &h.Counts)
			if h.opts.Pause > 0 {
				wr.pause = h.opts.Pause
			}
			h.writers = append(h.writers, wr)
		}
	}
}

// Run starts informers and writers, calls injectFaults, stops the writers, checks, and stops the informers. It returns the problems that
// it found.
func (h *Harness) Run(ctx context.Context, limit time.Duration, injectFaults func(context.Context) error) []string {
	watching, stopWatching := context.WithCancel(ctx)
	var informers, writers sync.WaitGroup
	for _, r := range h.resources {
		informers.Go(func() { r.run(watching) })
	}
	writing, stopWriting := context.WithCancel(ctx)
	for _, wr := range h.writers {
		if h.opts.Prefill {
			writers.Go(wr.fill)
		}
	}
	writers.Wait()
	for _, wr := range h.writers {
		writers.Go(func() { wr.run(writing) })
	}
	err := injectFaults(ctx)
	stopWriting()
	writers.Wait()
	var problems []string
	if err != nil {
		problems = []string{err.Error()}
	} else {
		problems = h.Check(ctx, limit)
	}
	stopWatching()
	informers.Wait()
	return problems
}

// Informers returns the informers of all resources.
func (h *Harness) Informers() []cache.SharedInformer {
	all := make([]cache.SharedInformer, len(h.resources))
	for i, r := range h.resources {
		all[i] = r.informer()
	}
	return all
}

// Close closes the proxy and all connections.
func (h *Harness) Close() {
	h.Proxy.Close()
	for _, idle := range h.idle {
		idle()
	}
}
