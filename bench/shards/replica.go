package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/sharding"
	"github.com/typewright/typewright/runtime/typed"
)

const renewal = 2 * time.Second

// figures is what a replica took, from the time it knew its shards until it had seen each object twice.
type figures struct {
	Received float64 // bytes, of all connections
	CPU      float64 // seconds
	Heap     float64 // bytes that are live afterwards
	Objects  float64
}

// counting is a connection that counts what it receives.
type counting struct {
	net.Conn

	received *atomic.Int64
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.received.Add(int64(n))
	return n, err
}

// beReplica takes its shards, follows them and prints what that took.
func beReplica(ctx context.Context, url, name string, of int, selects bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var received atomic.Int64
	config := &rest.Config{Host: url, QPS: -1, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return counting{conn, &received}, err
	}}
	leases, err := sharding.NewLeases(config, namespace)
	if err != nil {
		return err
	}
	members, err := sharding.Join(ctx, leases, sharding.Options{Group: "bench", Identity: name, LeaseDuration: time.Minute, RenewPeriod: renewal})
	if err != nil {
		return err
	}
	steps := bufio.NewReader(os.Stdin)
	if err := done(steps, "share", settled(members, of)); err != nil {
		return err
	}
	begun, cpu := received.Load(), processorTime()
	informer, changed, err := follow(ctx, config, members)
	if err != nil {
		return err
	}
	if err := done(steps, "sync", func() bool { return informer.HasSynced() && objectsOf(informer) > 0 }); err != nil {
		return err
	}
	if status, ok := cache.StatusOf(informer); of > 1 && (!ok || status.Shards.Filtered == selects) { // a single replica does not ask for shards
		return fmt.Errorf("the server selects: %t; the informer says that it filters: %t", selects, status.Shards.Filtered)
	}
	objects := objectsOf(informer)
	if err := waitFor("the changes", func() bool { return int(changed.Load()) >= objects }); err != nil {
		return err
	}
	quiet(&received)
	f := figures{Received: float64(received.Load() - begun), CPU: (processorTime() - cpu).Seconds(), Objects: float64(objects)}
	f.Heap = liveHeap()
	return json.NewEncoder(os.Stdout).Encode(f)
}

// settled returns a function that reports whether a member has had its share for some renewals.
func settled(members *sharding.Membership, of int) func() bool {
	var held sharding.Set
	since := time.Now()
	return func() bool {
		status := members.Status()
		if len(status.Members) != of || !status.Claimed.Empty() || !status.Leaving.Empty() || status.Held.Empty() || !status.Held.Equal(held) {
			held, since = status.Held, time.Now()
		}
		return time.Since(since) > 4*renewal
	}
}

// follow starts an informer that counts the updates of its objects.
func follow(ctx context.Context, config *rest.Config, members *sharding.Membership) (cache.SharedIndexInformer, *atomic.Int64, error) {
	pods, err := podsOf(config)
	if err != nil {
		return nil, nil, err
	}
	informer := typed.NewInformer[*corev1.Pod](func() typed.ListWatcher[*corev1.PodList] { return pods }, typed.InformerOptions{
		SharedOptions: typed.SharedOptions{FollowOptions: cache.FollowOptions{Shards: members}},
	})
	changed := &atomic.Int64{}
	if _, err := informer.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*corev1.Pod]{
		UpdateFunc: func(_, _ *corev1.Pod) { changed.Add(1) },
	}); err != nil {
		return nil, nil, err
	}
	go informer.RunWithContext(ctx)
	return informer, changed, nil
}

func objectsOf(informer cache.SharedIndexInformer) int { return len(informer.GetStore().ListKeys()) }

// done waits until happened reports true, prints the step, and waits until it is told to go on.
func done(steps *bufio.Reader, step string, happened func() bool) error {
	if err := waitFor(step, happened); err != nil {
		return err
	}
	fmt.Println(step)
	_, err := steps.ReadString('\n')
	return err
}

func waitFor(what string, happened func() bool) error {
	for begun := time.Now(); !happened(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > 5*time.Minute {
			return fmt.Errorf("five minutes were not enough for %s", what)
		}
	}
	return nil
}

// quiet waits until hardly anything is received for a second. Renewals of leases come all the time.
func quiet(received *atomic.Int64) {
	for before := int64(-1 << 20); received.Load()-before > 64<<10; time.Sleep(time.Second) {
		before = received.Load()
	}
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // it does not fail for the own process
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func liveHeap() float64 {
	for range 3 {
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
