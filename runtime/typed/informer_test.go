package typed_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

// plainPods is a client with no more than List and Watch, such as a fake or a wrapper.
type plainPods struct {
	lock    sync.Mutex
	options []metav1.ListOptions
	list    *corev1.PodList
	watcher *watch.FakeWatcher
}

func newPlainPods(pods ...*corev1.Pod) *plainPods {
	return &plainPods{list: podList("10", pods...), watcher: watch.NewFakeWithOptions(watch.FakeOptions{ChannelSize: 10})}
}

func (p *plainPods) record(opts metav1.ListOptions) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.options = append(p.options, opts)
}

func (p *plainPods) seen() []metav1.ListOptions {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.options
}

func (p *plainPods) List(_ context.Context, opts metav1.ListOptions) (*corev1.PodList, error) {
	p.record(opts)
	return p.list, nil
}

func (p *plainPods) Watch(_ context.Context, opts metav1.ListOptions) (watch.Interface, error) {
	p.record(opts)
	if opts.SendInitialEvents != nil {
		return nil, errors.New("no streamed lists here")
	}
	return p.watcher, nil
}

// cannotStreamLists is a clientset without support for streamed lists, such as a fake.
type cannotStreamLists struct{}

func (cannotStreamLists) IsWatchListSemanticsUnSupported() bool { return true }

// run runs the informer until the test ends, and waits until it has synced.
func run(t *testing.T, informer cache.SharedIndexInformer) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { informer.RunWithContext(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	require.True(t, cache.WaitForCacheSync(t.Context().Done(), informer.HasSynced))
}

func TestInformerOverAPlainClient(t *testing.T) {
	pods := newPlainPods(managedPod("a", "1"))
	var late *plainPods
	informer := typed.NewInformer[*corev1.Pod](
		func() typed.ListWatcher[*corev1.PodList] { return late },
		typed.InformerOptions{
			Client:           cannotStreamLists{},
			Indexers:         cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc},
			TweakListOptions: func(opts *metav1.ListOptions) { opts.LabelSelector = "x=y" },
		},
	)
	late = pods

	events := make(chan string, 10)
	_, err := informer.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*corev1.Pod]{
		AddFunc:    func(pod *corev1.Pod) { events <- "add " + pod.Name },
		UpdateFunc: func(_, pod *corev1.Pod) { events <- "update " + pod.Name + " " + pod.ResourceVersion },
	})
	require.NoError(t, err)
	run(t, informer)
	pods.watcher.Modify(managedPod("a", "11"))
	pods.watcher.Add(managedPod("b", "12"))
	assert.Equal(t, "add a", <-events)
	assert.Equal(t, "update a 11", <-events)
	assert.Equal(t, "add b", <-events)

	found, err := typed.NewNamespaceLister(typed.NewLister[*corev1.Pod](informer.GetIndexer(), corev1.Resource("pod")), "ns").List(labels.Everything())
	require.NoError(t, err)
	assert.Equal(t, []string{"ns/a", "ns/b"}, sortedNames(found))
	for _, opts := range pods.seen() {
		assert.Equal(t, "x=y", opts.LabelSelector)
		assert.Nil(t, opts.SendInitialEvents)
	}
}

func TestInformerOverAStreamingClient(t *testing.T) {
	received := make(chan struct{})
	server := &recorder{answer: func(w http.ResponseWriter, req *http.Request) {
		switch {
		case req.URL.Query().Get("sendInitialEvents") == "true":
			watching(true, event(watch.Added, managedPod("a", "1")), bookmark("10", true), event(watch.Added, managedPod("b", "11")))(w, req)
		case req.URL.Query().Get("watch") == "true":
			watching(true, event(watch.Added, managedPod("b", "11")))(w, req)
		default:
			answering(podList("10", managedPod("a", "1")))(w, req)
		}
	}}
	client := typed.NewClient(podOptions(t, server, "ns"))
	informer := typed.NewInformer[*corev1.Pod](
		func() typed.ListWatcher[*corev1.PodList] { return client },
		typed.InformerOptions{ResyncPeriod: time.Hour},
	)
	_, err := informer.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*corev1.Pod]{
		AddFunc: func(pod *corev1.Pod) {
			if pod.Name == "b" {
				close(received)
			}
		},
	})
	require.NoError(t, err)
	run(t, informer)
	<-received
	assert.ElementsMatch(t, []string{"ns/a", "ns/b"}, informer.GetStore().ListKeys())
}

func TestInformerReportsErrorsOfAPlainWatch(t *testing.T) {
	failures := make(chan error, 10)
	for what, send := range map[string]func(*watch.FakeWatcher){
		"an error": func(w *watch.FakeWatcher) {
			w.Error(&metav1.Status{Status: "Failure", Reason: metav1.StatusReasonExpired})
		},
		"an object of another type": func(w *watch.FakeWatcher) { w.Add(&corev1.Node{}) },
	} {
		t.Run(what, func(t *testing.T) {
			pods := newPlainPods()
			informer := typed.NewInformer[*corev1.Pod](func() typed.ListWatcher[*corev1.PodList] { return pods }, typed.InformerOptions{Client: cannotStreamLists{}})
			require.NoError(t, informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) { failures <- err }))
			run(t, informer)
			send(pods.watcher)
			assert.Error(t, <-failures)
		})
	}
}

// failing is a client whose lists and watches fail.
type failing struct{}

var errFailing = errors.New("failing")

func (failing) List(context.Context, metav1.ListOptions) (*corev1.PodList, error) {
	return nil, errFailing
}

func (failing) Watch(context.Context, metav1.ListOptions) (watch.Interface, error) {
	return nil, errFailing
}
