package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	incumbent "k8s.io/client-go/kubernetes/typed/core/v1"
	incumbentrest "k8s.io/client-go/rest"
	incumbentcache "k8s.io/client-go/tools/cache"

	"github.com/typewright/typewright/apis/views"
	"github.com/typewright/typewright/generated/clientset/versioned"
	viewscorev1 "github.com/typewright/typewright/generated/clientset/versioned/views/core/v1"
	ours "github.com/typewright/typewright/generated/kubernetes/typed/core/v1"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// informer has the methods that the informers of both sides share.
type informer interface {
	RunWithContext(ctx context.Context)
	HasSynced() bool
}

// target is what a process measures: the informer of a side in a mode, with a server.
type target struct{ side, mode, url string }

// follow runs an informer through its first sync and the updates, and prints what that took.
func follow(ctx context.Context, target target, profile string) error {
	if profile != "" {
		file, err := os.Create(profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	var added, updated atomic.Int64
	i, err := informerOf(target, &added, &updated)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()

	var m measurement
	var base, live, total runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&base)
	gc, cpu, begun := collecting(), cpuTime(), time.Now()
	running.Go(func() { i.RunWithContext(ctx) })
	for !i.HasSynced() {
		time.Sleep(time.Millisecond)
	}
	m.SyncWall, m.SyncCPU, m.SyncGC = micros(time.Since(begun)), micros(cpuTime()-cpu), micros(collecting()-gc)
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&live)
	m.LiveHeap = float64(live.HeapAlloc) - float64(base.HeapAlloc)

	cpu, begun = cpuTime(), time.Now()
	if err := startUpdates(ctx, target.url); err != nil {
		return err
	}
	for updated.Load() < updates {
		time.Sleep(time.Millisecond)
	}
	m.UpdatesWall, m.UpdatesCPU = micros(time.Since(begun)), micros(cpuTime()-cpu)
	runtime.ReadMemStats(&total)
	m.Allocated = float64(total.TotalAlloc - base.TotalAlloc)
	runtime.KeepAlive(i)
	return json.NewEncoder(os.Stdout).Encode(m)
}

func startUpdates(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/go", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// cpuTime is the time that this process has used of all processors.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// collecting is the processor time that the garbage collector has used until the end of its last cycle.
func collecting() time.Duration {
	sample := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(sample)
	return time.Duration(sample[0].Value.Float64() * float64(time.Second))
}

func informerOf(target target, added, updated *atomic.Int64) (informer, error) {
	switch target.side {
	case "typewright":
		return typewright(target, added, updated)
	case "client-go":
		return clientGo(target, added, updated)
	default:
		return nil, fmt.Errorf("there is no side %q", target.side)
	}
}

func typewright(target target, added, updated *atomic.Int64) (informer, error) {
	config := &rest.Config{Host: target.url, QPS: -1}
	config.ContentType = "application/json"
	switch target.mode {
	case "view":
		return viewer(config, added, updated)
	case "dynamic", "dynamicshared":
		return dynamicTypewright(config, target.mode == "dynamicshared", added, updated)
	}
	client, err := ours.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	pods := client.Pods(metav1.NamespaceAll)
	opts := typed.InformerOptions{Indexers: cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc}}
	opts.DropManagedFields = strings.HasSuffix(target.mode, "lean")
	if strings.HasPrefix(target.mode, "shared") {
		opts.SharedValues = new(cache.SharedValues)
	}
	i := typed.NewInformer[*corev1.Pod](func() typed.ListWatcher[*corev1.PodList] { return pods }, opts)
	_, err = i.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*corev1.Pod]{
		AddFunc:    func(*corev1.Pod) { added.Add(1) },
		UpdateFunc: func(_, _ *corev1.Pod) { updated.Add(1) },
	})
	return i, err
}

// viewer is an informer of the view of pods in the examples.
func viewer(config *rest.Config, added, updated *atomic.Int64) (informer, error) {
	client, err := versioned.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	pods := viewscorev1.PodViews(client.Discovery().RESTClient(), metav1.NamespaceAll)
	i := typed.NewInformer[*views.PodView](
		func() typed.ListWatcher[*typed.ViewList[*views.PodView]] { return pods },
		typed.InformerOptions{Indexers: cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc}},
	)
	_, err = i.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*views.PodView]{
		AddFunc:    func(*views.PodView) { added.Add(1) },
		UpdateFunc: func(_, _ *views.PodView) { updated.Add(1) },
	})
	return i, err
}

func clientGo(target target, added, updated *atomic.Int64) (informer, error) {
	config := &incumbentrest.Config{Host: target.url, QPS: -1}
	config.ContentType = "application/json"
	if strings.HasPrefix(target.mode, "dynamic") {
		return dynamicClientGo(config, added, updated)
	}
	client, err := incumbent.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	pods := client.Pods(metav1.NamespaceAll)
	i := incumbentcache.NewSharedIndexInformer(&incumbentcache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (apiruntime.Object, error) {
			return pods.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			return pods.Watch(ctx, options)
		},
	}, &corev1.Pod{}, 0, incumbentcache.Indexers{incumbentcache.NamespaceIndex: incumbentcache.MetaNamespaceIndexFunc})
	if target.mode == "lean" {
		if err := i.SetTransform(func(obj interface{}) (interface{}, error) {
			obj.(*corev1.Pod).ManagedFields = nil //nolint:revive // there is nothing else
			return obj, nil
		}); err != nil {
			return nil, err
		}
	}
	_, err = i.AddEventHandler(incumbentcache.ResourceEventHandlerFuncs{
		AddFunc:    func(interface{}) { added.Add(1) },
		UpdateFunc: func(_, _ interface{}) { updated.Add(1) },
	})
	return i, err
}
