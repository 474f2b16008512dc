package controller_test

import (
	"context"
	"flag"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

var (
	schedules = flag.Int("controller.schedules", 200, "how many random schedules to run")
	firstSeed = flag.Uint64("controller.seed", 1, "the seed of the first schedule; the others have those that follow")
)

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) { os.Exit(code) }))
}

type (
	parents  = typed.Client[*corev1.ConfigMap, *corev1.ConfigMapList]
	children = typed.Client[*corev1.Secret, *corev1.SecretList]
)

// world is a server in memory, clients for it, and a factory of informers of config maps, which are parents, and of secrets, which
// are their children.
type world struct {
	typed.InformerFactory[*world, func(*world, time.Duration) cache.SharedIndexInformer]

	t        *testing.T
	server   *apitest.Server
	rest     *rest.RESTClient
	group    *typed.Group
	protobuf bool
}

func newWorld(t *testing.T) *world {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	var namespaces []runtime.Object
	for _, name := range []string{"ns0", "ns1", "ns2"} {
		namespaces = append(namespaces, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	w := &world{t: t, server: apitest.Start(t, apitest.Options{Scheme: scheme, InMemory: true, Objects: namespaces})}
	w.Options.Client = w
	config := w.server.Config()
	config.QPS = -1
	w.group = typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme)
	var err error
	w.rest, err = w.group.RESTClientFor(config)
	require.NoError(t, err)
	return w
}

func (w *world) parents(namespace string) *parents {
	return typed.NewClient(typed.Options[*corev1.ConfigMap, *corev1.ConfigMapList]{
		Resource: "configmaps", REST: w.rest, ParameterCodec: w.group.ParameterCodec(), Namespace: namespace, Namespaced: true,
		New: func() *corev1.ConfigMap { return &corev1.ConfigMap{} }, NewList: func() *corev1.ConfigMapList { return &corev1.ConfigMapList{} },
	})
}

// children returns a client of children. Those of one namespace may speak protobuf.
func (w *world) children(namespace string) *children {
	return typed.NewClient(typed.Options[*corev1.Secret, *corev1.SecretList]{
		Resource: "secrets", REST: w.rest, ParameterCodec: w.group.ParameterCodec(), Namespace: namespace, Namespaced: true,
		New: func() *corev1.Secret { return &corev1.Secret{} }, NewList: func() *corev1.SecretList { return &corev1.SecretList{} },
		PrefersProtobuf: w.protobuf && namespace != "",
	})
}

func informerOf[T typed.Object, L runtime.Object](w *world, sample T, resource string, client func() typed.ListWatcher[L]) cache.TypedSharedIndexInformer[T] {
	return cache.NewTypedSharedIndexInformer[T](w.InformerFor(sample, func(*world, time.Duration) cache.SharedIndexInformer {
		return typed.NewInformer[T](client, typed.InformerOptions{
			Resource: corev1.SchemeGroupVersion.WithResource(resource), SharedOptions: w.SharedOptions(sample),
			Indexers: cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc},
		})
	}))
}

func (w *world) parentInformer() cache.TypedSharedIndexInformer[*corev1.ConfigMap] {
	return informerOf(w, &corev1.ConfigMap{}, "configmaps", func() typed.ListWatcher[*corev1.ConfigMapList] { return w.parents("") })
}

func (w *world) childInformer() cache.TypedSharedIndexInformer[*corev1.Secret] {
	return informerOf(w, &corev1.Secret{}, "secrets", func() typed.ListWatcher[*corev1.SecretList] { return w.children("") })
}

// cached returns the children of a namespace that the cache has.
func (w *world) cached(namespace string) []*corev1.Secret {
	lister := typed.NewLister[*corev1.Secret](w.childInformer().GetIndexer(), schema.GroupResource{Resource: "secrets"})
	all, err := typed.NewNamespaceLister(lister, namespace).List(labels.Everything())
	require.NoError(w.t, err)
	return all
}

// start starts the informers and returns what stops them.
func (w *world) start() (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	w.StartWithContext(ctx)
	stop = sync.OnceFunc(func() {
		cancel()
		w.Shutdown()
	})
	w.t.Cleanup(stop)
	return stop
}

// run runs a controller and returns what stops it and waits for it.
func run[T typed.Object](t *testing.T, c *controller.Controller[T]) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	t.Cleanup(stop)
	return stop
}

func newController(t *testing.T, w *world, reconcile controller.Func[*corev1.ConfigMap], opts controller.Options[*corev1.ConfigMap]) *controller.Controller[*corev1.ConfigMap] {
	t.Helper()
	opts.For = w.parentInformer()
	c, err := controller.New(w, reconcile, opts)
	require.NoError(t, err)
	return c
}

func parent(namespace, name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
}

// childOf returns a child whose name the server makes up.
func childOf(owner *corev1.ConfigMap) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		GenerateName:    "child-",
		OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(owner, corev1.SchemeGroupVersion.WithKind("ConfigMap"))},
	}}
}

func (w *world) createParent(namespace, name string) {
	w.t.Helper()
	_, err := w.parents(namespace).Create(w.t.Context(), parent(namespace, name), metav1.CreateOptions{})
	require.NoError(w.t, err)
}
