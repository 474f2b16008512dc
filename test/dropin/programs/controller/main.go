// Command controller keeps a secret for each config map with a certain label. It uses shared informers with an index of its own,
// listers, filtering event handlers, and a queue of keys. It creates the config maps itself, and prints what it did.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listersv1 "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	wantsSecretLabel = "wants-secret"
	byOwner          = "by-owner"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of the kubeconfig")
	namespace := flag.String("namespace", "", "namespace to work in")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	err := run(ctx, *kubeconfig, *namespace)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "controller:", err)
		os.Exit(1)
	}
}

type controller struct {
	client    kubernetes.Interface
	namespace string
	maps      listersv1.ConfigMapNamespaceLister
	secrets   listersv1.SecretNamespaceLister
	mapIndex  cache.Indexer
	keys      chan string
	mu        sync.Mutex
	events    map[string][]string
}

func run(ctx context.Context, kubeconfig, namespace string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 200, 400
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if _, err := client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := createMap(ctx, client, namespace, "early", "alice"); err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactoryWithOptions(client, 10*time.Minute,
		informers.WithNamespace(namespace),
		informers.WithTransform(func(obj interface{}) (interface{}, error) {
			if accessor, ok := obj.(metav1.Object); ok {
				accessor.SetManagedFields(nil)
			}
			return obj, nil
		}))
	c, err := newController(client, factory, namespace)
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	var synced []string
	for kind, ok := range factory.WaitForCacheSync(ctx.Done()) {
		synced = append(synced, fmt.Sprint(kind, " ", ok))
	}
	sort.Strings(synced)
	fmt.Println("synced:", strings.Join(synced, ", "))
	workers, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	for range 2 {
		running.Go(func() { wait.UntilWithContext(workers, c.work, time.Second) })
	}
	err = c.scenario(ctx)
	stop()
	running.Wait()
	if err != nil {
		return err
	}
	c.print()
	return nil
}

func newController(client kubernetes.Interface, factory informers.SharedInformerFactory, namespace string) (*controller, error) {
	maps, secrets := factory.Core().V1().ConfigMaps(), factory.Core().V1().Secrets()
	c := &controller{
		client: client, namespace: namespace,
		maps: maps.Lister().ConfigMaps(namespace), secrets: secrets.Lister().Secrets(namespace), mapIndex: maps.Informer().GetIndexer(),
		keys: make(chan string, 1000), events: map[string][]string{},
	}
	err := maps.Informer().AddIndexers(cache.Indexers{byOwner: func(obj interface{}) ([]string, error) {
		cm, ok := obj.(*corev1.ConfigMap)
		if !ok {
			return nil, fmt.Errorf("an index of %T", obj)
		}
		if owner := cm.Labels["owner"]; owner != "" {
			return []string{owner}, nil
		}
		return nil, nil
	}})
	if err != nil {
		return nil, err
	}
	_, err = maps.Informer().AddEventHandler(cache.FilteringResourceEventHandler{
		FilterFunc: func(obj interface{}) bool {
			if unknown, ok := obj.(cache.DeletedFinalStateUnknown); ok {
				obj = unknown.Obj
			}
			cm, ok := obj.(*corev1.ConfigMap)
			return ok && cm.Labels[wantsSecretLabel] == "true"
		},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(obj interface{}) { c.enqueue("add", obj) },
			UpdateFunc: func(_, obj interface{}) { c.enqueue("update", obj) },
			DeleteFunc: func(obj interface{}) { c.enqueue("delete", obj) },
		},
	})
	if err != nil {
		return nil, err
	}
	return c, maps.Informer().SetWatchErrorHandler(func(_ *cache.Reflector, err error) { fmt.Println("watch error:", err) })
}

func (c *controller) enqueue(what string, obj interface{}) {
	key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(obj)
	if err != nil {
		fmt.Println("key:", err)
		return
	}
	_, name, err := cache.SplitMetaNamespaceKey(key)
	if err != nil {
		fmt.Println("split:", err)
		return
	}
	c.mu.Lock()
	c.events[name] = append(c.events[name], what)
	c.mu.Unlock()
	c.keys <- name
}

func (c *controller) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case name := <-c.keys:
			if err := c.reconcile(ctx, name); err != nil {
				fmt.Println("reconcile:", name, err)
			}
		}
	}
}

// reconcile creates, updates or deletes the secret of a config map.
func (c *controller) reconcile(ctx context.Context, name string) error {
	secrets := c.client.CoreV1().Secrets(c.namespace)
	cm, err := c.maps.Get(name)
	if apierrors.IsNotFound(err) || err == nil && cm.Labels[wantsSecretLabel] != "true" {
		if err := secrets.Delete(ctx, name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
		return nil
	}
	if err != nil {
		return err
	}
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(cm, corev1.SchemeGroupVersion.WithKind("ConfigMap"))}},
		StringData: map[string]string{"for": cm.Data["for"]},
	}
	_, err = secrets.Create(ctx, secret, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		_, err = secrets.Update(ctx, secret, metav1.UpdateOptions{})
	}
	return err
}

func createMap(ctx context.Context, client kubernetes.Interface, namespace, name, owner string) error {
	_, err := client.CoreV1().ConfigMaps(namespace).Create(ctx, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"owner": owner, wantsSecretLabel: "true"}},
		Data:       map[string]string{"for": owner},
	}, metav1.CreateOptions{})
	return err
}

// scenario changes config maps, and waits after each change until the secrets are right.
func (c *controller) scenario(ctx context.Context) error {
	maps := c.client.CoreV1().ConfigMaps(c.namespace)
	for _, name := range []string{"one", "two", "three"} {
		if err := createMap(ctx, c.client, c.namespace, name, map[bool]string{true: "alice", false: "bob"}[name == "one"]); err != nil {
			return err
		}
	}
	if err := c.until(ctx, "secrets of all four", func() bool { return c.secretNames() == "early one three two" }); err != nil {
		return err
	}
	two, err := c.maps.Get("two")
	if err != nil {
		return err
	}
	two = two.DeepCopy() // objects of a lister must not be changed
	two.Data["for"] = "carol"
	two.Labels["owner"] = "carol"
	if _, err := maps.Update(ctx, two, metav1.UpdateOptions{}); err != nil {
		return err
	}
	if err := c.until(ctx, "the secret follows", func() bool {
		s, err := c.secrets.Get("two")
		return err == nil && string(s.Data["for"]) == "carol"
	}); err != nil {
		return err
	}
	one, err := c.maps.Get("one")
	if err != nil {
		return err
	}
	one = one.DeepCopy()
	delete(one.Labels, wantsSecretLabel)
	if _, err := maps.Update(ctx, one, metav1.UpdateOptions{}); err != nil {
		return err
	}
	if err := maps.Delete(ctx, "three", metav1.DeleteOptions{}); err != nil {
		return err
	}
	return c.until(ctx, "secrets of those who want one", func() bool { return c.secretNames() == "early two" })
}

func (c *controller) until(ctx context.Context, what string, done func() bool) error {
	err := wait.PollUntilContextTimeout(ctx, 10*time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) { return done(), nil })
	if err != nil {
		return errors.Join(fmt.Errorf("%s: not in time; there are %q", what, c.secretNames()), err)
	}
	fmt.Println("done:", what)
	return nil
}

func (c *controller) secretNames() string {
	secrets, err := c.secrets.List(labels.Everything())
	if err != nil {
		return err.Error()
	}
	var names []string
	for _, s := range secrets {
		names = append(names, s.Name)
	}
	sort.Strings(names)
	return strings.Join(names, " ")
}

func (c *controller) print() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range []string{"early", "one", "two", "three"} {
		fmt.Println(name, c.events[name])
	}
	for _, owner := range []string{"alice", "bob", "carol"} {
		objs, err := c.mapIndex.ByIndex(byOwner, owner)
		if err != nil {
			fmt.Println(err)
		}
		var names []string
		for _, obj := range objs {
			names = append(names, obj.(*corev1.ConfigMap).Name)
		}
		sort.Strings(names)
		fmt.Println(owner, names)
	}
	_, err := c.maps.Get("three")
	fmt.Println("lister:", err)
	if cm, err := c.maps.Get("two"); err == nil {
		fmt.Println("managed fields kept:", len(cm.ManagedFields))
	}
}
