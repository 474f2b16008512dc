package weather

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

type configMaps = typed.Client[*corev1.ConfigMap, *corev1.ConfigMapList]

// bookmarkInterval is the time between the bookmarks of the servers.
const bookmarkInterval = time.Minute

// world is a server, an informer that follows it and handlers that judge the informer.
type world struct {
	t        *testing.T
	rng      *rand.Rand
	server   *apitest.Server
	truth    *truth
	lists    lists
	writers  map[string]*configMaps // by namespace; faults let them pass
	all      *configMaps
	others   *typed.Client[*corev1.Secret, *corev1.SecretList]
	informer cache.TypedSharedIndexInformer[*corev1.ConfigMap]
	handlers []*handler
	removed  []*handler
	indexes  map[string]cache.TypedIndexFunc[*corev1.ConfigMap]
	mu       sync.Mutex // guards steps
	steps    []string
	values   int
	backups  []backup
	restored atomic.Bool // versions have gone back
	// pace divides the pauses of a schedule. It is 1 in a bubble, where time costs nothing.
	pace int64
	// rest waits until nothing moves any more. quiet is how long to wait for what only time brings, such as bookmarks.
	rest  func()
	quiet time.Duration
}

// handler is a recorder and its registration.
type handler struct {
	*recorder

	registration cache.ResourceEventHandlerRegistration
}

// backup is a snapshot of the server and what the test knows of it.
type backup struct {
	server *apitest.Snapshot
	live   map[string]*corev1.ConfigMap
}

var group = typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme)

var scheme = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	_ = corev1.AddToScheme(s) // fails for programmers' mistakes only
	return s
})

// clientFor returns a client for a resource of a namespace, or of all.
func clientFor[T typed.Object, L runtime.Object](t *testing.T, config *rest.Config, resource, namespace string) *typed.Client[T, L] {
	t.Helper()
	c, err := group.RESTClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	return typed.NewClient(typed.Options[T, L]{
		Resource: resource, REST: c, ParameterCodec: group.ParameterCodec(), Namespace: namespace,
		New:     func() T { return reflect.New(reflect.TypeFor[T]().Elem()).Interface().(T) },
		NewList: func() L { return reflect.New(reflect.TypeFor[L]().Elem()).Interface().(L) },
	})
}

// newWorld returns a world without an informer. The configuration of the informer may reach the server another way than the
// test's, such as through a proxy.
func newWorld(t *testing.T, rng *rand.Rand, server *apitest.Server) *world {
	t.Helper()
	config := server.Config()
	w := &world{
		t: t, rng: rng, server: server, truth: newTruth(), pace: 1, quiet: 15 * time.Minute,
		writers: map[string]*configMaps{}, indexes: map[string]cache.TypedIndexFunc[*corev1.ConfigMap]{},
		all:    clientFor[*corev1.ConfigMap, *corev1.ConfigMapList](t, config, "configmaps", ""),
		others: clientFor[*corev1.Secret, *corev1.SecretList](t, config, "secrets", "default"),
	}
	for _, namespace := range namespaces() {
		w.writers[namespace] = clientFor[*corev1.ConfigMap, *corev1.ConfigMapList](t, config, "configmaps", namespace)
	}
	return w
}

// step notes what happens, to be logged if the schedule fails.
func (w *world) step(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.steps = append(w.steps, fmt.Sprintf(format, args...))
}

// noteRequests notes the lists and watches that the informer asks for.
func (w *world) noteRequests() {
	w.server.Inject(apitest.Fault{Verbs: []string{"list", "watch"}, Resource: "configmaps", Do: func(rw http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
		query := req.URL.Query()
		query.Del("timeoutSeconds")
		query.Del("allowWatchBookmarks")
		w.step("    asked: %s", query.Encode())
		if !listing(req) && query.Get("resourceVersion") == "" {
			w.fail("a watch without a version, which begins with all objects in no order")
		}
		if listing(req) {
			rw = &recording{ResponseWriter: rw, lists: &w.lists, streamed: query.Get("watch") != ""}
		}
		next(rw, req)
	}})
}

// semantics says whether lists come as a whole (true) or as streams.
type semantics bool

func (wholeLists semantics) IsWatchListSemanticsUnSupported() bool { return bool(wholeLists) }

// source is the typed client as informers use it.
type source struct {
	*configMaps
	semantics
}

// plainSource is the client as a ListerWatcher, whose watches go through channels.
func plainSource(client *configMaps, wholeLists bool) cache.ListerWatcher {
	lw := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return client.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			return client.Watch(ctx, options)
		},
	}
	return struct {
		*cache.ListWatch
		semantics
	}{lw, semantics(wholeLists)}
}

// newInformer makes one of the kinds of informers that there are. Its transform stamps every object.
func (w *world) newInformer(client *configMaps) cache.TypedSharedIndexInformer[*corev1.ConfigMap] {
	wholeLists, resync := w.rng.IntN(2) == 0, time.Duration(w.rng.IntN(3))*time.Minute
	var informer cache.TypedSharedIndexInformer[*corev1.ConfigMap]
	if w.rng.IntN(3) > 0 {
		w.step("typed informer, whole lists: %v, resync: %v", wholeLists, resync)
		informer = cache.NewTypedInformer(source{client, semantics(wholeLists)}, cache.SharedIndexInformerOptions{ResyncPeriod: resync})
	} else {
		w.step("untyped informer, whole lists: %v, resync: %v", wholeLists, resync)
		informer = cache.NewTypedSharedIndexInformer[*corev1.ConfigMap](
			cache.NewSharedIndexInformer(plainSource(client, wholeLists), &corev1.ConfigMap{}, resync, cache.Indexers{}))
	}
	if err := informer.SetTransform(stamp); err != nil {
		w.fail("set a transform: %v", err)
	}
	return informer
}

// stampedBy is the annotation that shows how often an object was transformed.
const stampedBy = "weather/transformed"

func stamp(obj any) (any, error) {
	cm, ok := obj.(*corev1.ConfigMap)
	if !ok {
		return nil, fmt.Errorf("a transform was given a %T", obj)
	}
	cm.Annotations = map[string]string{stampedBy: cm.Annotations[stampedBy] + "once"}
	return cm, nil
}

// stamped says what is wrong with how often an object was transformed, "" if it was once.
func stamped(obj *corev1.ConfigMap) string {
	if by := obj.Annotations[stampedBy]; by != "once" {
		return fmt.Sprintf("transformed %q, not once", by)
	}
	return ""
}

// addHandler adds a recorder; one that pauses is slow.
func (w *world) addHandler(pause time.Duration) {
	r := &recorder{
		name: "handler " + strconv.Itoa(len(w.handlers)), truth: w.truth, pause: pause,
		goesBack: w.restored.Load, content: w.content, last: map[string]*corev1.ConfigMap{},
		lists: &w.lists,
	}
	w.step("add %s, pausing %v", r.name, pause)
	registration, err := w.informer.AddTypedEventHandler(r)
	if err != nil {
		w.fail("add a handler: %v", err)
		return
	}
	w.handlers = append(w.handlers, &handler{r, registration})
}

// content returns the objects of the store at one moment.
func (w *world) content() []*corev1.ConfigMap {
	var all []*corev1.ConfigMap
	for _, obj := range w.informer.GetIndexer().List() {
		cm, _ := obj.(*corev1.ConfigMap)
		all = append(all, cm)
	}
	return all
}

func (w *world) removeHandler() {
	if len(w.handlers) < 2 {
		return
	}
	i := w.rng.IntN(len(w.handlers))
	h := w.handlers[i]
	w.step("remove %s", h.name)
	if err := w.informer.RemoveEventHandler(h.registration); err != nil {
		w.fail("remove a handler: %v", err)
	}
	time.Sleep(h.pause + time.Millisecond) // until the call in progress has returned
	h.remove()
	w.handlers = append(w.handlers[:i:i], w.handlers[i+1:]...)
	w.removed = append(w.removed, h)
}

// addIndex adds an index by a label, or by what the value ends with.
func (w *world) addIndex() {
	name := fmt.Sprintf("index %d", len(w.indexes))
	f := func(obj *corev1.ConfigMap) ([]string, error) { return []string{obj.Labels["group"], "all"}, nil }
	if len(w.indexes)%2 == 1 {
		f = func(obj *corev1.ConfigMap) ([]string, error) {
			value := obj.Data["value"]
			return []string{value[len(value)-1:]}, nil
		}
	}
	w.step("add %s", name)
	if err := w.informer.AddTypedIndexers(cache.TypedIndexers[*corev1.ConfigMap]{name: f}); err != nil {
		w.fail("add an index: %v", err)
	}
	w.indexes[name] = f
}

// run runs the informer while do does something with it.
func (w *world) run(do func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() { w.informer.RunWithContext(ctx) })
	do()
	cancel()
	running.Wait()
}

func (w *world) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Errorf(format, args...)
}

func (w *world) report(problems []string) {
	for _, problem := range problems {
		w.t.Error(problem)
	}
}
