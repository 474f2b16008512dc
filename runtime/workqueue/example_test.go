package workqueue_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/typewright/typewright/runtime/workqueue"
)

func Example() {
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
	queue.Add("default/robot-1")
	attempts := 0
	reconcile := func(string) error {
		if attempts++; attempts < 3 {
			return errors.New("not yet")
		}
		queue.ShutDown()
		return nil
	}
	for {
		key, shutdown := queue.Get()
		if shutdown {
			break
		}
		if err := reconcile(key); err != nil {
			fmt.Println(key, err)
			queue.AddRateLimited(key)
		} else {
			fmt.Println(key, "done after", queue.NumRequeues(key), "retries")
			queue.Forget(key)
		}
		queue.Done(key)
	}
	// Output:
	// default/robot-1 not yet
	// default/robot-1 not yet
	// default/robot-1 done after 2 retries
}

func ExamplePriorityQueue() {
	queue := workqueue.NewPriorityQueue(workqueue.PriorityQueueOptions[string]{
		FairBy: func(key string) string { return key[:1] },
	})
	defer queue.ShutDown()
	queue.AddWithOptions(workqueue.AddOptions{Priority: workqueue.LowPriority}, "a/listed")
	queue.Add("a/1")
	queue.Add("a/2")
	queue.Add("b/1")
	for range 4 {
		key, _ := queue.Get()
		fmt.Println(key)
		queue.Done(key)
	}
	// Output:
	// a/1
	// b/1
	// a/2
	// a/listed
}

func ExampleStatusOf() {
	queue := workqueue.NewTypedDelayingQueue[string]()
	defer queue.ShutDown()
	queue.Add("now")
	queue.AddAfter("later", time.Hour)
	status, _ := workqueue.StatusOf(queue)
	fmt.Println(status.Queued, "queued,", status.Waiting, "waiting")
	// Output: 1 queued, 1 waiting
}

func ExampleParallelizeUntil() {
	squares := make([]int, 5)
	workqueue.ParallelizeUntil(context.Background(), 3, len(squares), func(i int) { squares[i] = i * i })
	fmt.Println(squares)
	// Output: [0 1 4 9 16]
}
