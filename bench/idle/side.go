package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientgodynamic "k8s.io/client-go/dynamic"
	clientgoinformer "k8s.io/client-go/dynamic/dynamicinformer"
	clientgorest "k8s.io/client-go/rest"
	clientgocache "k8s.io/client-go/tools/cache"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/clusters"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/rest"
)

// measurement is the total of a process.
type measurement struct {
	Goroutines   int
	Heap, Stacks uint64 // bytes
	Timers       int64
	Connections  int
}

// measure starts the informers of a side, waits until nothing happens any more, and prints what they take.
func measure(ctx context.Context, side string, kinds int, dump string) error {
	var all []cluster
	if err := json.NewDecoder(os.Stdin).Decode(&all); err != nil {
		return fmt.Errorf("read the clusters: %w", err)
	}
	start := map[string]func(context.Context, []cluster, []schema.GroupVersionResource, func()) error{"typewright": startOurs, "client-go": startTheirs}[side]
	if start == nil {
		return fmt.Errorf("there is no side %q", side)
	}
	resources := make([]schema.GroupVersionResource, kinds)
	for n := range resources {
		resources[n] = schema.GroupVersionResource{Group: "idle.example.com", Version: "v1", Resource: fmt.Sprintf("things%d", n)}
	}
	before := take()
	var handled atomic.Int64
	if err := start(ctx, all, resources, func() { handled.Add(1) }); err != nil {
		return err
	}
	want := int64(len(all) * kinds)
	for begun := time.Now(); handled.Load() < want; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 3*time.Minute {
			return fmt.Errorf("after three minutes %d of %d informers had called their handler", handled.Load(), want)
		}
	}
	m := settled().minus(before)
	if dump != "" {
		if err := write(dump); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(m)
}

// startOurs follows all clusters as a set, with a handler for each kind.
func startOurs(ctx context.Context, all []cluster, resources []schema.GroupVersionResource, handled func()) error {
	set := clusters.New[*dynamicinformer.Factory](ctx, clusters.Options{})
	for _, resource := range resources {
		informer := func(f *dynamicinformer.Factory) cache.TypedSharedIndexInformer[*unstructured.Unstructured] {
			return f.ForResource(resource).Informer().(cache.TypedSharedIndexInformer[*unstructured.Unstructured]) //nolint:forcetypeassert // as documented
		}
		handler := clusters.HandlerFuncs[*unstructured.Unstructured]{AddFunc: func(string, *unstructured.Unstructured) { handled() }}
		if err := clusters.Handle(set, informer, handler); err != nil {
			return err
		}
	}
	for _, c := range all {
		client, err := dynamic.NewForConfig(&rest.Config{Host: c.URL, QPS: -1, BearerToken: "token", TLSClientConfig: rest.TLSClientConfig{CAData: c.CA}})
		if err != nil {
			return err
		}
		if err := set.Add(c.URL, dynamicinformer.NewFactory(client, dynamicinformer.Options{})); err != nil {
			return err
		}
	}
	return nil
}

func startTheirs(ctx context.Context, all []cluster, resources []schema.GroupVersionResource, handled func()) error {
	for _, c := range all {
		config := &clientgorest.Config{Host: c.URL, QPS: -1, BearerToken: "token", TLSClientConfig: clientgorest.TLSClientConfig{CAData: c.CA}}
		client, err := clientgodynamic.NewForConfig(config)
		if err != nil {
			return err
		}
		factory := clientgoinformer.NewDynamicSharedInformerFactory(client, 0)
		for _, resource := range resources {
			handler := clientgocache.ResourceEventHandlerFuncs{AddFunc: func(any) { handled() }}
			if _, err := factory.ForResource(resource).Informer().AddEventHandler(handler); err != nil {
				return err
			}
		}
		factory.Start(ctx.Done())
	}
	return nil
}

// settled takes measurements until the number of goroutines has not changed for some seconds.
func settled() measurement {
	for last, calm := 0, 0; calm < 5; time.Sleep(time.Second) {
		if n := runtime.NumGoroutine(); n != last {
			last, calm = n, 0
			continue
		}
		calm++
	}
	return take()
}

// take measures after two garbage collections: the first one frees what pools and finalizers hold, and shrinks stacks.
func take() measurement {
	for range 3 {
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return measurement{
		Goroutines: runtime.NumGoroutine(), Heap: stats.HeapAlloc, Stacks: stats.StackInuse, Timers: timers(), Connections: sockets(),
	}
}

func (m measurement) minus(before measurement) measurement {
	m.Goroutines -= before.Goroutines
	m.Heap -= before.Heap
	m.Stacks -= before.Stacks
	m.Timers -= before.Timers
	m.Connections -= before.Connections
	return m
}

// timers counts the timers in memory.
func timers() (n int64) {
	records := make([]runtime.MemProfileRecord, 100_000)
	count, ok := runtime.MemProfile(records, false)
	if !ok {
		return -1
	}
	for _, record := range records[:count] {
		frames := runtime.CallersFrames(record.Stack())
		for more := true; more; {
			var frame runtime.Frame
			if frame, more = frames.Next(); strings.HasPrefix(frame.Function, "runtime.") {
				continue
			}
			if frame.Function == "time.newTimer" || frame.Function == "time.NewTimer" || frame.Function == "time.AfterFunc" {
				n += record.InUseObjects()
			}
			break
		}
	}
	return n
}

// sockets counts the sockets of the process.
func sockets() (n int) {
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	for _, file := range files {
		if target, err := os.Readlink("/proc/self/fd/" + file.Name()); err == nil && strings.HasPrefix(target, "socket:") {
			n++
		}
	}
	return n
}

// write writes the goroutines and the heap to files.
func write(prefix string) error {
	var errs []error
	for _, name := range []string{"goroutine", "heap"} {
		file, err := os.Create(prefix + "-" + name + ".pprof")
		if err != nil {
			return err
		}
		errs = append(errs, pprof.Lookup(name).WriteTo(file, 0), file.Close())
	}
	return errors.Join(errs...)
}
