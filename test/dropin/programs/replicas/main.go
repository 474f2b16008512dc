// Command replicas is one of several replicas of a controller: it becomes the leader, handles the items of a queue with retries and
// delays, records events, and releases the lease.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	clientv1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/workqueue"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of the kubeconfig")
	namespace := flag.String("namespace", "", "namespace to work in")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	err := run(ctx, *kubeconfig, *namespace)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "replicas:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, kubeconfig, namespace string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if _, err := client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, metav1.CreateOptions{}); err != nil {
		return err
	}
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, namespace, "leader", client.CoreV1(), client.CoordinationV1(),
		resourcelock.ResourceLockConfig{Identity: "me"})
	if err != nil {
		return err
	}
	leading, stepDown := context.WithCancel(ctx)
	defer stepDown()
	result := make(chan error, 1)
	leaderelection.RunOrDie(leading, leaderelection.LeaderElectionConfig{
		Lock: lock, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 2 * time.Second,
		ReleaseOnCancel: true, Name: "replicas",
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(ctx context.Context) {
				fmt.Println("leading as", lock.Identity())
				result <- work(ctx, client, namespace)
				stepDown()
			},
			OnStoppedLeading: func() { fmt.Println("not leading any more") },
		},
	})
	if err := <-result; err != nil {
		return err
	}
	lease, err := client.CoordinationV1().Leases(namespace).Get(ctx, "leader", metav1.GetOptions{})
	if err != nil {
		return err
	}
	fmt.Printf("the lease is held by %q after %d transitions\n", *lease.Spec.HolderIdentity, *lease.Spec.LeaseTransitions)
	return nil
}

// worker handles the config maps of a namespace.
type worker struct {
	queue    workqueue.TypedRateLimitingInterface[string]
	informer cache.SharedIndexInformer
	recorder record.EventRecorder

	postponed atomic.Bool

	mu  sync.Mutex
	log []string
}

func work(ctx context.Context, client kubernetes.Interface, namespace string) error {
	broadcaster := record.NewBroadcaster(record.WithContext(ctx))
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&clientv1.EventSinkImpl{Interface: client.CoreV1().Events(namespace)})
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.LabelSelector = "work" }))
	w := &worker{
		queue: workqueue.NewTypedRateLimitingQueueWithConfig(
			workqueue.NewTypedItemExponentialFailureRateLimiter[string](time.Millisecond, time.Second),
			workqueue.TypedRateLimitingQueueConfig[string]{Name: "work"},
		),
		informer: factory.Core().V1().ConfigMaps().Informer(),
		recorder: broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "replicas"}),
	}
	if _, err := w.informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: func(obj interface{}) {
		if key, err := cache.MetaNamespaceKeyFunc(obj); err == nil {
			w.queue.Add(key)
		}
	}}); err != nil {
		return err
	}
	informerContext, stop := context.WithCancel(ctx)
	factory.StartWithContext(informerContext)
	defer factory.Shutdown()
	defer stop()
	if !cache.WaitForCacheSync(ctx.Done(), w.informer.HasSynced) {
		return errors.New("the cache did not sync")
	}
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for w.next() {
			}
		})
	}
	names := []string{"flaky", "late", "loud", "plain"}
	for _, name := range names {
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"work": "yes"}}}
		if _, err := client.CoreV1().ConfigMaps(namespace).Create(ctx, object, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	events, err := w.events(ctx, client, namespace, len(names))
	w.queue.ShutDownWithDrain()
	workers.Wait()
	slices.Sort(w.log)
	for _, line := range append(w.log, events...) {
		fmt.Println(line)
	}
	return err
}

// next handles an item of the queue.
func (w *worker) next() bool {
	key, shutdown := w.queue.Get()
	if shutdown {
		return false
	}
	defer w.queue.Done(key)
	if err := w.handle(key); err != nil {
		w.logf("%s: %v, attempt %d", key, err, w.queue.NumRequeues(key))
		w.queue.AddRateLimited(key)
		return true
	}
	w.queue.Forget(key)
	return true
}

func (w *worker) handle(key string) error {
	obj, exists, err := w.informer.GetIndexer().GetByKey(key)
	if err != nil || !exists {
		return err
	}
	object := obj.(*corev1.ConfigMap)
	switch object.Name {
	case "flaky":
		if w.queue.NumRequeues(key) < 2 {
			return errors.New("not yet")
		}
		w.recorder.Event(object, corev1.EventTypeWarning, "Recovered", "it took some tries")
	case "late":
		if !w.postponed.Swap(true) {
			w.logf("%s: later", key)
			w.queue.AddAfter(key, 50*time.Millisecond)
			return nil
		}
	case "loud":
		for range 3 {
			w.recorder.Eventf(object, corev1.EventTypeNormal, "Called", "by %s", "name")
		}
	}
	w.recorder.AnnotatedEventf(object, map[string]string{"by": "me"}, corev1.EventTypeNormal, "Handled", "handled %s", object.Name)
	w.logf("%s: handled", key)
	return nil
}

func (w *worker) logf(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

// events waits until all events are there, and describes them.
func (w *worker) events(ctx context.Context, client kubernetes.Interface, namespace string, handled int) (lines []string, err error) {
	err = wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		list, err := client.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{FieldSelector: "source=replicas"})
		if err != nil {
			return false, err
		}
		lines = nil
		count := 0
		for _, event := range list.Items {
			count += int(event.Count)
			lines = append(lines, fmt.Sprintf("%s %s: %d of %s (%s) by %s, annotated %q",
				event.InvolvedObject.Kind, event.InvolvedObject.Name, event.Count, event.Reason, event.Type, event.Source.Component, event.Annotations["by"]))
		}
		slices.Sort(lines)
		return count >= handled+4, nil // "Called" three times, and "Recovered"
	})
	return lines, err
}
