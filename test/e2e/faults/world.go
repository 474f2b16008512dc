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

// Options say what a world is made of. The zero value is a small one.
type Options struct {
	// Namespace is where everything happens; it must not be there yet. Required.
	Namespace string
	// Seed decides what writers do.
	Seed uint64
	// Writers write to so many objects each, of each resource; zero means 2 and 10.
	Writers, ObjectsEach int
	// Pause is the time between two writes of a writer; zero means 20 ms.
	Pause time.Duration
	// Prefill has writers create all their objects before anything else happens.
	Prefill bool
	// OnError is told when an informer fails to list or watch; may be nil.
	OnError func(error)
	// Tamper, if set, comes between the clients and the network: a planted defect.
	Tamper func(http.RoundTripper) http.RoundTripper
	// Skip, if set, has informers not be told of the events for which it returns true: a planted defect.
	Skip func(name string) bool
}

// World is a namespace in a cluster, behind a proxy: informers watch it and writers write to it.
type World struct {
	Cluster *cluster.Cluster
	Proxy   *netfault.Proxy
	Counts  Counts

	opts      Options
	resources []resource
	writers   []*writer
	idle      []func()
}

// New makes a world in which nothing runs yet.
func New(ctx context.Context, c *cluster.Cluster, opts Options) (*World, error) {
	w := &World{Cluster: c, opts: opts}
	proxy, err := netfault.New(strings.TrimPrefix(c.URL(), "https://"))
	if err != nil {
		return nil, err
	}
	w.Proxy = proxy
	if err := w.fill(ctx); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// fill makes the namespace, clients, informers and writers.
func (w *World) fill(ctx context.Context) error {
	direct := w.Cluster.Config()
	through := w.Cluster.ConfigFor(cluster.Alice) // whom priority and fairness may hold up
	through.Host = "https://" + w.Proxy.Addr()
	through.WrapTransport = w.opts.Tamper
	own, custom, err := w.clients(direct)
	if err != nil {
		return err
	}
	if _, err := own.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.opts.Namespace}}, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("make the namespace: %w", err)
	}
	watching, customWatching, err := w.clients(through)
	if err != nil {
		return err
	}
	ns := w.opts.Namespace
	maps, err := newKind(w.opts, &kind[*corev1.ConfigMap, *corev1.ConfigMapList]{
		plural: "configmaps", writer: watching.CoreV1().ConfigMaps(ns), independent: own.CoreV1().ConfigMaps(ns),
		newObject: newConfigMap, items: func(l *corev1.ConfigMapList) []*corev1.ConfigMap { return pointers(l.Items) },
	}, watching.CoreV1().ConfigMaps(ns))
	if err != nil {
		return err
	}
	robots, err := newKind(w.opts, &kind[*fleetv1beta1.Robot, *fleetv1beta1.RobotList]{
		plural: "robots", writer: customWatching.FleetV1beta1().Robots(ns), independent: custom.FleetV1beta1().Robots(ns),
		newObject: newRobot, items: func(l *fleetv1beta1.RobotList) []*fleetv1beta1.Robot { return pointers(l.Items) },
	}, customWatching.FleetV1beta1().Robots(ns))
	if err != nil {
		return err
	}
	w.resources = []resource{maps, robots}
	w.addWriters()
	return nil
}

// clients returns a client of the built-in groups and one of the custom ones, over connections of their own.
func (w *World) clients(config *rest.Config) (*kubernetes.Clientset, *versioned.Clientset, error) {
	// A transport of its own: those that are shared between configurations outlive the world.
	config.Dial = nil
	tlsConfig, err := rest.TLSConfigFor(config)
	if err != nil {
		return nil, nil, err
	}
	transport := &http.Transport{TLSClientConfig: tlsConfig, ForceAttemptHTTP2: true, HTTP2: &http.HTTP2Config{SendPingTimeout: 5 * time.Second, PingTimeout: 5 * time.Second}}
	w.idle = append(w.idle, transport.CloseIdleConnections)
	wrapped, err := rest.HTTPWrappersForConfig(config, transport)
	if err != nil {
		return nil, nil, err
	}
	httpClient := &http.Client{Transport: wrapped}
	builtIn, err := kubernetes.NewForConfigAndClient(config, httpClient)
	if err != nil {
		return nil, nil, err
	}
	custom, err := versioned.NewForConfigAndClient(config, httpClient)
	return builtIn, custom, err
}

// watcher is what an informer needs of a typed client.
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
	k.judge = newJudge[T]()
	k.watched = cache.NewTypedInformer(skipping[T]{source, opts.Skip}, cache.SharedIndexInformerOptions{})
	if _, err := k.watched.AddTypedEventHandler(k.judge); err != nil {
		return nil, err
	}
	return k, k.watched.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		if opts.OnError != nil {
			opts.OnError(fmt.Errorf("%s: %w", k.plural, err))
		}
	})
}

// skipping is a source that leaves events out where a planted defect says so.
type skipping[T typed.Object] struct {
	watcher[T]

	skip func(name string) bool
}

func (s skipping[T]) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) error {
	return s.watcher.StreamWatch(ctx, opts, func(event cache.StreamEvent[T]) error {
		if event.Type != watch.Bookmark && s.skip != nil && s.skip(event.Object.GetName()) {
			return nil
		}
		return each(event)
	})
}

func (w *World) addWriters() {
	writers, objects := w.opts.Writers, w.opts.ObjectsEach
	if writers == 0 {
		writers = 2
	}
	if objects == 0 {
		objects = 10
	}
	for i, r := range w.resources {
		for j := range writers {
			wr := newWriter(r, i*writers+j, objects, w.opts.Seed, &w.Counts)
			if w.opts.Pause > 0 {
				wr.pause = w.opts.Pause
			}
			w.writers = append(w.writers, wr)
		}
	}
}

// Run runs informers and writers while weather happens, then stops the writers, checks, and stops the informers. It returns
// what is wrong.
func (w *World) Run(ctx context.Context, limit time.Duration, weather func(context.Context) error) []string {
	watching, stopWatching := context.WithCancel(ctx)
	var informers, writers sync.WaitGroup
	for _, r := range w.resources {
		informers.Go(func() { r.run(watching) })
	}
	writing, stopWriting := context.WithCancel(ctx)
	for _, wr := range w.writers {
		if w.opts.Prefill {
			writers.Go(wr.fill)
		}
	}
	writers.Wait()
	for _, wr := range w.writers {
		writers.Go(func() { wr.run(writing) })
	}
	err := weather(ctx)
	stopWriting()
	writers.Wait()
	var problems []string
	if err != nil {
		problems = []string{err.Error()}
	} else {
		problems = w.Check(ctx, limit)
	}
	stopWatching()
	informers.Wait()
	return problems
}

// Informers are those of the world.
func (w *World) Informers() []cache.SharedInformer {
	all := make([]cache.SharedInformer, len(w.resources))
	for i, r := range w.resources {
		all[i] = r.informer()
	}
	return all
}

// Close ends all connections of the world.
func (w *World) Close() {
	w.Proxy.Close()
	for _, idle := range w.idle {
		idle()
	}
}
