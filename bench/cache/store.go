package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	incumbent "k8s.io/client-go/tools/cache"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

// row is a measurement in this process: each side does the operation n times.
type row struct {
	name string
	n    int
	do   map[string]func(i int)
}

type object = metav1.PartialObjectMetadata

const (
	namespaces = 100 // of the objects of the store
	groups     = 1000
)

func newObject(i, version int) *object {
	return &object{ObjectMeta: metav1.ObjectMeta{
		Namespace: "namespace-" + strconv.Itoa(i%namespaces), Name: "object-" + strconv.Itoa(i), ResourceVersion: strconv.Itoa(version),
		Labels: map[string]string{"group": "group-" + strconv.Itoa(i%groups)},
	}}
}

func groupOf(obj interface{}) ([]string, error) {
	return []string{obj.(*object).Labels["group"]}, nil //nolint:revive // there is nothing else in the store
}

// rows fills a store for each side and returns the rows that measure them.
func rows(opts options) []row {
	ours := cache.NewTypedInformer[*object](nil, cache.SharedIndexInformerOptions{
		Indexers: cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc, "group": groupOf},
	}).GetIndexer()
	theirs := incumbent.NewIndexer(incumbent.MetaNamespaceKeyFunc, incumbent.Indexers{incumbent.NamespaceIndex: incumbent.MetaNamespaceIndexFunc, "group": groupOf})
	n := opts.stored
	both := func(name string, n int, op func(s indexer, i int)) row {
		return row{name, n, map[string]func(int){
			sides[0]: func(i int) { op(ours, i) },
			sides[1]: func(i int) { op(theirs, i) },
		}}
	}
	objects := make([]*object, n)
	changed := make([]*object, n)
	for i := range objects {
		objects[i], changed[i] = newObject(i, i), newObject(i, n+i)
	}
	if !strings.HasPrefix("StoreAdd", opts.only) {
		for _, obj := range changed {
			_, _ = ours.Add(obj), theirs.Add(obj)
		}
	}
	resource := schema.GroupResource{Resource: "objects"}
	lister, generic := typed.NewLister[*object](ours, resource), incumbent.NewGenericLister(theirs, resource)
	selector := labels.SelectorFromSet(labels.Set{"group": "group-7"})
	return []row{
		both("StoreAdd", n, func(s indexer, i int) { _ = s.Add(objects[i]) }),
		both("StoreUpdate", n, func(s indexer, i int) { _ = s.Update(changed[i]) }),
		both("StoreMove", n/10, func(s indexer, i int) {
			moved := *changed[i]
			moved.Labels = map[string]string{"group": "moved-" + strconv.Itoa(i%10)}
			_ = s.Update(&moved)
			_ = s.Update(changed[i])
		}),
		both("StoreGet", n, func(s indexer, i int) {
			_, _, _ = s.GetByKey("namespace-" + strconv.Itoa(i%namespaces) + "/object-" + strconv.Itoa(i))
		}),
		both("StoreByIndex", 2000, func(s indexer, i int) { _, _ = s.ByIndex("group", "group-"+strconv.Itoa(i%groups)) }),
		both("StoreList", 3, func(s indexer, _ int) { _ = s.List() }),
		{"ListBySelector", 3, map[string]func(int){
			sides[0]: func(int) { _, _ = lister.List(selector) },
			sides[1]: func(int) { _, _ = generic.List(selector) },
		}},
		{"ListNamespaceBySelector", 100, map[string]func(int){
			sides[0]: func(i int) {
				_, _ = typed.NewNamespaceLister(lister, "namespace-"+strconv.Itoa(i%namespaces)).List(selector)
			},
			sides[1]: func(i int) { _, _ = generic.ByNamespace("namespace-" + strconv.Itoa(i%namespaces)).List(selector) },
		}},
		both("StoreDelete", n/10, func(s indexer, i int) { _ = s.Delete(changed[i]); _ = s.Add(changed[i]) }),
		handlersRow(),
	}
}

// indexer has the methods that the indexers of both sides share.
type indexer interface {
	Add(obj interface{}) error
	Update(obj interface{}) error
	Delete(obj interface{}) error
	List() []interface{}
	GetByKey(key string) (item interface{}, exists bool, err error)
	ByIndex(indexName, indexedValue string) ([]interface{}, error)
}

func (r row) compare(opts options, results *table) error {
	for range opts.rounds {
		for _, side := range sides {
			if err := r.measure(opts, results, side); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r row) measure(opts options, results *table, side string) error {
	if opts.profile != "" && side == sides[0] {
		file, err := os.Create(opts.profile + "." + r.name)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, begun := cpuTime(), time.Now()
	for i := range r.n {
		r.do[side](i)
	}
	wall, used := time.Since(begun), cpuTime()-cpu
	runtime.ReadMemStats(&after)
	n := float64(r.n)
	results.add(r.name, "ns/op", side, float64(wall)/n)
	results.add(r.name, "cpu-ns/op", side, float64(used)/n)
	results.add(r.name, "B/op", side, float64(after.TotalAlloc-before.TotalAlloc)/n)
	results.add(r.name, "allocs/op", side, float64(after.Mallocs-before.Mallocs)/n)
	return nil
}

const (
	handlers   = 100
	numUpdates = 10_000 // updates of the source
)

// handlersRow runs an informer with a hundred handlers. An operation is a whole run: a list and updates that all handlers
// receive.
func handlersRow() row {
	return row{fmt.Sprintf("Handlers%d", handlers), 1, map[string]func(int){
		sides[0]: func(int) {
			i := cache.NewSharedIndexInformer(source(), &object{}, 0, cache.Indexers{})
			live(i, func(called func()) error {
				_, err := i.AddEventHandler(cache.ResourceEventHandlerFuncs{UpdateFunc: func(_, _ interface{}) { called() }})
				return err
			})
		},
		sides[1]: func(int) {
			from := source()
			i := incumbent.NewSharedIndexInformer(&incumbent.ListWatch{ListFunc: incumbent.ListFunc(from.ListFunc), WatchFunc: incumbent.WatchFunc(from.WatchFunc)}, &object{}, 0, incumbent.Indexers{})
			live(i, func(called func()) error {
				_, err := i.AddEventHandler(incumbent.ResourceEventHandlerFuncs{UpdateFunc: func(_, _ interface{}) { called() }})
				return err
			})
		},
	}}
}

func live(i informer, addHandler func(called func()) error) {
	var calls atomic.Int64
	done := make(chan struct{})
	for range handlers {
		if err := addHandler(func() {
			if calls.Add(1) == handlers*numUpdates {
				close(done)
			}
		}); err != nil {
			panic(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { i.RunWithContext(ctx) })
	<-done
	cancel()
	running.Wait()
}

// source lists one object and then sends updates of it under many names.
func source() *cache.ListWatch {
	var watched atomic.Bool
	return &cache.ListWatch{
		ListFunc: func(metav1.ListOptions) (apiruntime.Object, error) {
			list := &metav1.PartialObjectMetadataList{ListMeta: metav1.ListMeta{ResourceVersion: "1"}}
			for i := range numUpdates {
				list.Items = append(list.Items, *newObject(i, 1))
			}
			return list, nil
		},
		WatchFunc: func(options metav1.ListOptions) (watch.Interface, error) {
			if options.SendInitialEvents != nil {
				return nil, errors.New("no streamed lists here")
			}
			w := watch.NewFakeWithOptions(watch.FakeOptions{ChannelSize: numUpdates})
			if !watched.Swap(true) {
				for i := range numUpdates {
					w.Modify(newObject(i, i+2))
				}
			}
			return w, nil
		},
	}
}
