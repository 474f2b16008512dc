package main

import (
	"fmt"
	"sync"
	"time"
)

// row is a measurement of a new queue.
type row struct {
	name string
	do   func(q queue, keys []string)
}

func rows() []row {
	var all []row
	for _, workers := range []int{1, 10, 100} {
		all = append(all,
			row{fmt.Sprintf("Drain%d", workers), func(q queue, keys []string) {
				for _, key := range keys {
					q.Add(key)
				}
				work(q, workers).Wait()
			}},
			row{fmt.Sprintf("Steady%d", workers), func(q queue, keys []string) {
				working := work(q, workers)
				for _, key := range keys {
					q.Add(key)
				}
				q.ShutDown()
				working.Wait()
			}},
			row{fmt.Sprintf("Busy%d", workers), func(q queue, keys []string) {
				working := work(q, workers)
				for i := range keys {
					q.Add(keys[i%1000])
				}
				q.ShutDown()
				working.Wait()
			}})
	}
	return append(all, row{"After", func(q queue, keys []string) {
		for i, key := range keys {
			q.AddAfter(key, time.Hour+time.Duration(i%1000)*time.Second)
		}
	}})
}

// work starts workers. They end when the queue shuts down or, if it is not empty now, when it is empty.
func work(q queue, workers int) *sync.WaitGroup {
	var working sync.WaitGroup
	if q.Len() > 0 {
		defer q.ShutDown()
	}
	for range workers {
		working.Go(func() {
			for {
				key, shutdown := q.Get()
				if shutdown {
					return
				}
				q.Done(key)
			}
		})
	}
	return &working
}
