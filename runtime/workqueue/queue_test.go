package workqueue

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	testclock "k8s.io/utils/clock/testing"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// each runs a test with every kind of queue.
func each(t *testing.T, test func(t *testing.T, queue TypedRateLimitingInterface[int])) {
	t.Helper()
	limiter := NewTypedItemExponentialFailureRateLimiter[int](time.Second, time.Minute)
	for name, newQueue := range map[string]func() TypedRateLimitingInterface[int]{
		"rate limiting": func() TypedRateLimitingInterface[int] { return NewTypedRateLimitingQueue(limiter) },
		"priority": func() TypedRateLimitingInterface[int] {
			return NewPriorityQueue(PriorityQueueOptions[int]{RateLimiter: limiter})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, newQueue()) })
		})
	}
}

func TestGetWaits(t *testing.T) {
	each(t, func(t *testing.T, queue TypedRateLimitingInterface[int]) {
		var got atomic.Int64
		go func() {
			item, _ := queue.Get()
			got.Store(int64(item))
		}()
		synctest.Wait()
		assert.Zero(t, got.Load())
		queue.Add(7)
		synctest.Wait()
		assert.EqualValues(t, 7, got.Load())
		queue.ShutDown()
	})
}

func TestRateLimited(t *testing.T) {
	each(t, func(t *testing.T, queue TypedRateLimitingInterface[int]) {
		begun := time.Now()
		for _, want := range []time.Duration{time.Second, 3 * time.Second, 7 * time.Second} {
			queue.AddRateLimited(1)
			item, _ := queue.Get()
			queue.Done(item)
			assert.Equal(t, want, time.Since(begun))
		}
		assert.Equal(t, 3, queue.NumRequeues(1))
		queue.Forget(1)
		assert.Zero(t, queue.NumRequeues(1))
		status, ok := StatusOf[int](queue)
		assert.True(t, ok)
		assert.EqualValues(t, 3, status.Retries)
		queue.ShutDown()
	})
}

func TestShutDownEndsWorkersAndRefusesItems(t *testing.T) {
	each(t, func(t *testing.T, queue TypedRateLimitingInterface[int]) {
		var ended atomic.Int64
		for range 3 {
			go func() {
				for {
					item, shutdown := queue.Get()
					if shutdown {
						ended.Add(1)
						return
					}
					queue.Done(item)
				}
			}()
		}
		queue.AddAfter(1, time.Hour)
		queue.AddAfter(2, time.Hour)
		synctest.Wait()
		queue.ShutDown()
		synctest.Wait()
		assert.EqualValues(t, 3, ended.Load())

		queue.Add(3)
		queue.AddAfter(4, time.Second)
		queue.AddAfter(5, 0)
		queue.AddRateLimited(6)
		queue.Done(7)
		queue.ShutDown()
		queue.ShutDownWithDrain()
		time.Sleep(2 * time.Hour)
		_, shutdown := queue.Get()
		assert.True(t, shutdown)
		assert.True(t, queue.ShuttingDown())
		status, _ := StatusOf[int](queue)
		assert.EqualValues(t, 6, status.Dropped)
		assert.Zero(t, status.Queued+status.Waiting+status.Processing)
	})
}

func TestDrain(t *testing.T) {
	each(t, func(t *testing.T, queue TypedRateLimitingInterface[int]) {
		queue.Add(1)
		queue.Add(2)
		first, _ := queue.Get()
		second, _ := queue.Get()
		drained := make(chan struct{})
		go func() {
			queue.ShutDownWithDrain()
			close(drained)
		}()
		synctest.Wait()
		queue.Done(first)
		synctest.Wait()
		select {
		case <-drained:
			assert.Fail(t, "an item is being processed")
		default:
		}
		queue.Done(second)
		<-drained
	})
}

func TestShutDownEndsADrain(t *testing.T) {
	each(t, func(_ *testing.T, queue TypedRateLimitingInterface[int]) {
		queue.Add(1)
		_, _ = queue.Get()
		drained := make(chan struct{})
		go func() {
			queue.ShutDownWithDrain()
			close(drained)
		}()
		synctest.Wait()
		queue.ShutDown()
		<-drained
	})
}

// What was added while a worker had the item is handed out after a shut down, too.
func TestShutDownKeepsWhatWasAdded(t *testing.T) {
	each(t, func(t *testing.T, queue TypedRateLimitingInterface[int]) {
		queue.Add(1)
		item, _ := queue.Get()
		queue.Add(1)
		queue.ShutDown()
		queue.Done(item)
		item, shutdown := queue.Get()
		assert.Equal(t, 1, item)
		assert.False(t, shutdown)
		queue.Done(item)
		_, shutdown = queue.Get()
		assert.True(t, shutdown)
	})
}

// Many workers and many producers: no item is with two workers at once, and each is processed after it was last added.
func TestWorkersNeverShareAnItem(t *testing.T) {
	const items, producers, workers, rounds = 20, 4, 8, 3000
	for name, queue := range map[string]TypedDelayingInterface[int]{
		"delaying": NewTypedDelayingQueue[int](),
		"priority": NewPriorityQueue(PriorityQueueOptions[int]{}),
		"fair":     NewPriorityQueue(PriorityQueueOptions[int]{FairBy: func(i int) string { return string(rune('a' + i%3)) }}),
	} {
		t.Run(name, func(t *testing.T) {
			var busy [items]atomic.Bool
			var added, seen [items]atomic.Int64
			var producing, working sync.WaitGroup
			for range workers {
				working.Go(func() {
					for {
						item, shutdown := queue.Get()
						if shutdown {
							return
						}
						assert.False(t, busy[item].Swap(true), "two workers have an item")
						seen[item].Store(added[item].Load())
						runtime.Gosched()
						busy[item].Store(false)
						queue.Done(item)
					}
				})
			}
			for p := range producers {
				producing.Go(func() {
					for i := range rounds {
						item := (i*7 + p) % items
						added[item].Add(1)
						switch i % 3 {
						case 0:
							queue.Add(item)
						case 1:
							queue.AddAfter(item, time.Duration(i%50)*time.Microsecond)
						default:
							if q, ok := queue.(*PriorityQueue[int]); ok {
								q.AddWithOptions(AddOptions{Priority: i % 5}, item)
							} else {
								queue.Add(item)
							}
						}
					}
				})
			}
			producing.Wait()
			require.Eventually(t, func() bool {
				status, _ := StatusOf[int](queue)
				return status.Waiting+status.Queued+status.Processing == 0
			}, time.Minute, time.Millisecond)
			queue.ShutDown()
			working.Wait()
			for item := range items {
				assert.Equal(t, added[item].Load(), seen[item].Load(), "item %d was added and not processed", item)
			}
		})
	}
}

// duplicating is a Queue that has an item before the first Push, and returns all others twice.
type duplicating struct{ items []string }

func (o *duplicating) Touch(string)     {}
func (o *duplicating) Push(item string) { o.items = append(o.items, item, item) }
func (o *duplicating) Len() int         { return len(o.items) }
func (o *duplicating) Pop() string {
	item := o.items[0]
	o.items = o.items[1:]
	return item
}

func TestSurvivesAnOddQueue(t *testing.T) {
	queue := NewTypedWithConfig(TypedQueueConfig[string]{Queue: &duplicating{items: []string{"stray"}}})
	queue.Add("a")
	for _, want := range []string{"stray", "a", "a"} {
		item, _ := queue.Get()
		assert.Equal(t, want, item)
	}
	assert.Equal(t, 2, queue.Status().Processing)
	queue.Done("stray")
	queue.Done("a")
	queue.Done("a")
	assert.Zero(t, queue.Status().Processing)
	queue.ShutDownWithDrain()
}

func TestStatus(t *testing.T) {
	clock := testclock.NewFakeClock(time.Now())
	queue := NewPriorityQueue(PriorityQueueOptions[string]{Clock: clock})
	queue.AddWithOptions(AddOptions{Priority: LowPriority}, "a", "b")
	queue.AddWithOptions(AddOptions{After: time.Hour}, "c")
	queue.Add("d")
	assert.Equal(t, Status{Queued: 3, Waiting: 1, Priorities: map[int]int{0: 1, LowPriority: 2}, Adds: 3, Retries: 1}, queue.Status())
	for range 3 {
		clock.Step(time.Second)
		_, _ = queue.Get()
	}
	queue.Done("d")
	clock.Step(time.Second)
	status := queue.Status()
	assert.Equal(t, 2, status.Processing)
	assert.Equal(t, 2*time.Second, status.LongestRunning)
	assert.Equal(t, Latency{Count: 3, Mean: 2 * time.Second, Max: 3 * time.Second, P50: 1<<31 - 1, P99: 3 * time.Second}, status.Latency)
	queue.ShutDown()

	_, ok := StatusOf[string](struct{ TypedInterface[string] }{queue})
	assert.False(t, ok)
}

// The first of many items that were added together is not forgotten when the clock goes on while the timer is set.
func TestAFakeClockThatRuns(*testing.T) {
	for range 200 {
		clock := testclock.NewFakeClock(time.Now())
		queue := NewTypedDelayingQueueWithConfig(TypedDelayingQueueConfig[int]{Clock: clock})
		for i := range 20 {
			queue.AddAfter(i, time.Duration(i+1)*time.Second)
		}
		for range 20 {
			clock.Step(time.Second)
		}
		for range 20 {
			item, _ := queue.Get()
			queue.Done(item)
		}
		queue.ShutDown()
	}
}

func TestDefaultQueueReleasesItems(t *testing.T) {
	queue := &slice[*int]{}
	for range 1000 {
		queue.Push(new(int))
		queue.Push(new(int))
		queue.Pop()
	}
	for queue.Len() > 0 {
		require.NotNil(t, queue.Pop())
	}
	for _, item := range queue.items[:cap(queue.items)] {
		require.Nil(t, item)
	}
}

// A queue without metrics measures some items, one with metrics each.
func TestSampling(t *testing.T) {
	clock := testclock.NewFakeClock(time.Now())
	for name, want := range map[string]uint64{"": 2, "named": 32} {
		queue := NewTypedWithConfig(TypedQueueConfig[int]{Name: name, Clock: clock, MetricsProvider: &meter{values: map[string]float64{}}})
		for i := range 32 {
			queue.Add(i)
			clock.Step(time.Second)
			_, _ = queue.Get()
		}
		status := queue.Status()
		assert.Equal(t, Latency{Count: want, Mean: time.Second, Max: time.Second, P50: time.Second, P99: time.Second}, status.Latency)
		assert.Equal(t, 32*time.Second-time.Second, status.LongestRunning)
		queue.ShutDown()
	}
}
