package cache_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/shard"
	"github.com/typewright/typewright/runtime/typed"
)

// heldShards is a Shards whose set tests change.
type heldShards struct {
	field string

	mu      sync.Mutex
	set     shard.Set
	changed func(gained, lost shard.Set, released func())
}

func (h *heldShards) Field() string { return h.field }

func (h *heldShards) Follow(changed func(gained, lost shard.Set, released func())) (shard.Set, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changed = changed
	return h.set, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.changed = nil
	}
}

func (h *heldShards) Enter(hash uint64) (func(), bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return func() {}, h.set.Contains(hash)
}

// hold changes the set. The returned channel is closed when the lost shards are released.
func (h *heldShards) hold(set shard.Set) <-chan struct{} {
	h.mu.Lock()
	gained, lost := set.Minus(h.set), h.set.Minus(set)
	h.set = set
	changed := h.changed
	h.mu.Unlock()
	released := make(chan struct{})
	if changed == nil {
		close(released)
		return released
	}
	changed(gained, lost, sync.OnceFunc(func() { close(released) }))
	return released
}

// quarter returns the slots of the given quarters of the hash space.
func quarter(numbers ...int) (set shard.Set) {
	for _, n := range numbers {
		for slot := n * shard.Slots / 4; slot < (n+1)*shard.Slots/4; slot++ {
			shard.Insert(&set, slot)
		}
	}
	return set
}

// log records what a handler is called with.
type log struct {
	mu     sync.Mutex
	events []string
	gate   chan struct{} // which calls wait for; nil means that they do not
}

func (l *log) add(what string, cm *corev1.ConfigMap) {
	l.mu.Lock()
	gate := l.gate
	l.mu.Unlock()
	if gate != nil {
		<-gate
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, what+" "+cm.Name)
}

func (l *log) OnAdd(cm *corev1.ConfigMap, initial bool) {
	if initial {
		l.add("initial", cm)
		return
	}
	l.add("add", cm)
}
func (l *log) OnUpdate(_, cm *corev1.ConfigMap)                   { l.add("update", cm) }
func (l *log) OnDelete(cm cache.DeletedObject[*corev1.ConfigMap]) { l.add("delete", cm.OptionalObj) }
func (l *log) OnLeft(cm *corev1.ConfigMap)                        { l.add("left", cm) }

// take returns the events since the last call, sorted.
func (l *log) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := slices.Sorted(slices.Values(l.events))
	l.events = nil
	return events
}

// shardWorld is a server in memory, an informer of some shards of its objects, and the requests that the informer has sent.
type shardWorld struct {
	t        *testing.T
	server   *apitest.Server
	client   *typed.Client[*corev1.ConfigMap, *corev1.ConfigMapList]
	held     *heldShards
	informer cache.TypedSharedIndexInformer[*corev1.ConfigMap]
	log      *log
	stop     func()

	mu       sync.Mutex
	requests []string
}

func newShardWorld(t *testing.T, selects bool, first shard.Set) *shardWorld {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	w := &shardWorld{t: t, log: &log{}, held: &heldShards{field: shard.ByUID, set: first}}
	w.server = apitest.Start(t, apitest.Options{Scheme: scheme, InMemory: true, ShardedListAndWatch: selects})
	group := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme)
	config := w.server.Config()
	config.QPS = -1
	rest, err := group.RESTClientFor(config)
	require.NoError(t, err)
	w.client = typed.NewClient(typed.Options[*corev1.ConfigMap, *corev1.ConfigMapList]{
		Resource: "configmaps", REST: rest, ParameterCodec: group.ParameterCodec(), Namespace: "default", Namespaced: true,
		New: func() *corev1.ConfigMap { return &corev1.ConfigMap{} }, NewList: func() *corev1.ConfigMapList { return &corev1.ConfigMapList{} },
	})
	var options typed.InformerOptions
	options.Shards = w.held
	options.TweakListOptions = func(opts *metav1.ListOptions) {
		what := "list"
		if opts.AllowWatchBookmarks {
			what = "watch"
		}
		if opts.ShardSelector != "" {
			what += fmt.Sprintf(" %d", strings.Count(opts.ShardSelector, "shardRange"))
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.requests = append(w.requests, what)
	}
	w.informer = typed.NewInformer[*corev1.ConfigMap](func() typed.ListWatcher[*corev1.ConfigMapList] { return w.client }, options)
	_, err = w.informer.AddTypedEventHandler(w.log)
	require.NoError(t, err)
	return w
}

func (w *shardWorld) start() {
	ctx, cancel := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() { w.informer.RunWithContext(ctx) })
	w.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
}

// create creates objects until each quarter has n, and returns their names by quarter.
func (w *shardWorld) create(prefix string, n int) map[int][]string {
	names := map[int][]string{}
	for i := 0; len(names[0]) < n || len(names[1]) < n || len(names[2]) < n || len(names[3]) < n; i++ {
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", prefix, i)}}
		cm, err := w.client.Create(w.t.Context(), cm, metav1.CreateOptions{})
		require.NoError(w.t, err)
		q := int(shard.Hash(string(cm.UID)) >> 62)
		names[q] = append(names[q], cm.Name)
	}
	return names
}

func (w *shardWorld) update(names ...string) {
	for _, name := range names {
		cm, err := w.client.Get(w.t.Context(), name, metav1.GetOptions{})
		require.NoError(w.t, err)
		cm.Data = map[string]string{"version": cm.ResourceVersion}
		_, err = w.client.Update(w.t.Context(), cm, metav1.UpdateOptions{})
		require.NoError(w.t, err)
	}
}

// takeRequests returns the requests since the last call.
func (w *shardWorld) takeRequests() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	requests := w.requests
	w.requests = nil
	return requests
}

func (w *shardWorld) stored() []string {
	return slices.Sorted(slices.Values(w.informer.GetStore().ListKeys()))
}

func (w *shardWorld) status() cache.ShardStatus {
	status, ok := cache.StatusOf(w.informer)
	require.True(w.t, ok)
	require.NotNil(w.t, status.Shards)
	return *status.Shards
}

// settle waits until all events have arrived: the server collects them for some milliseconds.
func settle() {
	time.Sleep(time.Second)
	synctest.Wait()
}

// withPrefix returns the names with a prefix, sorted.
func withPrefix(prefix string, names ...[]string) (all []string) {
	for _, name := range slices.Concat(names...) {
		all = append(all, prefix+name)
	}
	slices.Sort(all)
	return all
}

func TestShards(t *testing.T) {
	for name, selects := range map[string]bool{"the server selects": true, "the client filters": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { testGrowAndShrink(t, selects) })
		})
	}
}

// testGrowAndShrink lets the set of an informer grow and shrink.
func testGrowAndShrink(t *testing.T, selects bool) {
	w := newShardWorld(t, selects, quarter(0))
	names := w.create("a", 5)
	w.start()
	settle()
	assert.True(t, w.informer.HasSynced())
	assert.Equal(t, withPrefix("default/", names[0]), w.stored())
	assert.Equal(t, withPrefix("initial ", names[0]), w.log.take())
	selected := func(requests ...string) []string {
		for i := range requests {
			if !selects {
				requests[i], _, _ = strings.Cut(requests[i], " ")
			}
		}
		return requests
	}
	assert.Equal(t, append([]string{"list 1"}, selected("watch 1")...), w.takeRequests(), "the first list asks whether the server selects")
	assert.Equal(t, !selects, w.status().Filtered)

	w.held.hold(quarter(0, 2))
	settle()
	assert.Equal(t, withPrefix("default/", names[0], names[2]), w.stored())
	assert.Equal(t, withPrefix("initial ", names[2]), w.log.take(), "handlers do not get the known objects again")
	assert.Equal(t, selected("list 1", "watch 2"), w.takeRequests())

	w.update(names[0][0], names[1][0], names[2][0], names[3][0])
	settle()
	assert.Equal(t, withPrefix("update ", names[0][:1], names[2][:1]), w.log.take())

	released := w.held.hold(quarter(2))
	settle()
	<-released
	assert.Equal(t, withPrefix("default/", names[2]), w.stored())
	assert.Equal(t, withPrefix("left ", names[0]), w.log.take())
	assert.Empty(t, w.takeRequests(), "losing shards needs no request")

	require.NoError(t, w.client.Delete(t.Context(), names[0][0], metav1.DeleteOptions{}))
	require.NoError(t, w.client.Delete(t.Context(), names[2][0], metav1.DeleteOptions{}))
	more := w.create("b", 1)
	settle()
	assert.Equal(t, append(withPrefix("add ", more[2]), "delete "+names[2][0]), w.log.take())

	<-w.held.hold(shard.Set{})
	settle()
	assert.Empty(t, w.stored())
	assert.True(t, w.status().Listed.Empty())
	w.log.take()
	w.takeRequests()
	w.held.hold(quarter(3))
	settle()
	assert.Equal(t, withPrefix("default/", names[3], more[3]), w.stored())
	assert.Equal(t, selected("list 1", "watch 1"), w.takeRequests())
	w.stop()
}

// An informer that holds no shards waits, and has not synced meanwhile.
func TestNoShardsYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newShardWorld(t, true, shard.Set{})
		w.create("a", 1)
		w.start()
		time.Sleep(time.Hour)
		assert.False(t, w.informer.HasSynced())
		assert.Empty(t, w.takeRequests())
		w.held.hold(shard.Everything())
		settle()
		assert.True(t, w.informer.HasSynced())
		w.stop()
	})
}

// Lost shards are released when the last handler has got OnLeft for their objects. Events of these objects that are still
// queued are dropped.
func TestHandOverWaitsForHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newShardWorld(t, true, quarter(0, 1))
		names := w.create("a", 2)
		w.start()
		settle()
		w.log.take()
		gate := make(chan struct{}) // the next call of the handler does not return
		w.log.mu.Lock()
		w.log.gate = gate
		w.log.mu.Unlock()
		w.update(names[1][0], names[0][0], names[0][1])
		settle()
		released := w.held.hold(quarter(1))
		settle()
		select {
		case <-released:
			t.Error("released before the handler has returned")
		default:
		}
		close(gate)
		settle()
		<-released
		assert.Equal(t, append(withPrefix("left ", names[0]), "update "+names[1][0]), w.log.take())
		w.stop()
	})
}

// Neither a removed handler nor a stopped informer delays the release of lost shards.
func TestHandOverWithoutHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newShardWorld(t, true, quarter(0, 1))
		w.create("a", 2)
		slow := make(chan struct{})
		handle, err := w.informer.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*corev1.ConfigMap]{AddFunc: func(*corev1.ConfigMap) { <-slow }})
		require.NoError(t, err)
		w.start()
		settle()
		released := w.held.hold(quarter(1))
		settle()
		require.NoError(t, w.informer.RemoveEventHandler(handle))
		<-released
		close(slow)
		w.stop()
		assert.Nil(t, w.held.changed, "a stopped informer does not follow the set")
	})
}

// An object that is deleted and created again under the same name can fall into another shard. No order of events may lose
// the new object or bring the old one back.
func TestSameNameInAnotherShard(t *testing.T) {
	for seed := range 30 {
		synctest.Test(t, func(t *testing.T) {
			w := newShardWorld(t, seed%2 == 0, quarter(0, 1))
			w.start()
			settle()
			done := make(chan struct{})
			go func() {
				defer close(done)
				for i := range 60 {
					name := fmt.Sprintf("n%d", (i*7+seed)%5)
					_ = w.client.Delete(context.Background(), name, metav1.DeleteOptions{})
					_, _ = w.client.Create(context.Background(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
					time.Sleep(time.Duration((i*i+seed)%5) * time.Millisecond)
				}
			}()
			for i := range 20 {
				time.Sleep(time.Duration((i*seed)%9) * time.Millisecond)
				w.held.hold(quarter((i+seed)%4, (i*i+1)%4))
			}
			<-done
			w.held.hold(quarter(0, 3))
			time.Sleep(time.Second)
			list, err := w.client.List(t.Context(), metav1.ListOptions{})
			require.NoError(t, err)
			want := map[string]string{}
			for _, cm := range list.Items {
				if quarter(0, 3).Contains(shard.Hash(string(cm.UID))) {
					want[cm.Namespace+"/"+cm.Name] = string(cm.UID)
				}
			}
			got := map[string]string{}
			for _, cm := range w.informer.GetStore().List() {
				got[cm.(*corev1.ConfigMap).Namespace+"/"+cm.(*corev1.ConfigMap).Name] = string(cm.(*corev1.ConfigMap).UID)
			}
			assert.Equal(t, want, got)
			w.stop()
		})
	}
}

// A transform that drops the hashed field is an error: the informer could not tell later which objects it has lost.
func TestTransformMustKeepTheHash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newShardWorld(t, true, quarter(0))
		w.create("a", 1)
		require.NoError(t, w.informer.SetTransform(func(obj any) (any, error) {
			cm := obj.(*corev1.ConfigMap)
			cm.UID = ""
			return cm, nil
		}))
		w.start()
		settle()
		status, _ := cache.StatusOf(w.informer)
		assert.ErrorContains(t, status.Err, "the transform has changed object.metadata.uid")
		w.stop()
	})
}
