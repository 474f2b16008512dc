package workqueue

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// drain returns what is queued, in order.
func drain[T comparable](queue TypedInterface[T]) []T {
	var all []T
	for queue.Len() > 0 {
		item, _ := queue.Get()
		queue.Done(item)
		all = append(all, item)
	}
	return all
}

func TestPriorities(t *testing.T) {
	queue := NewPriorityQueue(PriorityQueueOptions[string]{})
	queue.AddWithOptions(AddOptions{Priority: LowPriority}, "a", "b", "c")
	queue.AddWithOptions(AddOptions{Priority: 5}, "d")
	queue.Add("e")
	queue.Add("b")                                               // up
	queue.AddWithOptions(AddOptions{Priority: LowPriority}, "d") // not down
	assert.Equal(t, []string{"d", "e", "b", "a", "c"}, drain(queue))

	queue.AddWithOptions(AddOptions{Priority: 3}, "f")
	item, priority, shutdown := queue.GetWithPriority()
	assert.Equal(t, "f", item)
	assert.Equal(t, 3, priority)
	assert.False(t, shutdown)
	queue.AddWithOptions(AddOptions{Priority: -1}, "f") // while a worker has it
	queue.AddWithOptions(AddOptions{Priority: -2}, "f")
	queue.Done("f")
	_, priority, _ = queue.GetWithPriority()
	assert.Equal(t, -1, priority)
}

func TestPriorityOfWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := NewPriorityQueue(PriorityQueueOptions[string]{RateLimiter: NewTypedItemExponentialFailureRateLimiter[string](time.Second, time.Minute)})
		queue.AddWithOptions(AddOptions{After: time.Second, Priority: 1}, "a")
		queue.AddWithOptions(AddOptions{After: 2 * time.Second, Priority: 7}, "a") // raises, and does not postpone
		queue.AddWithOptions(AddOptions{RateLimited: true, Priority: 5}, "b")
		queue.AddWithOptions(AddOptions{RateLimited: true, After: time.Minute}, "c")
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, map[int]int{5: 1, 7: 1}, queue.Status().Priorities)
		assert.Equal(t, []string{"a", "b"}, drain(queue))
		_, _ = queue.Get()
		queue.ShutDown()
	})
}

func TestNamespacesTakeTurns(t *testing.T) {
	queue := NewPriorityQueue(PriorityQueueOptions[string]{FairBy: func(key string) string {
		namespace, _, _ := strings.Cut(key, "/")
		return namespace
	}})
	for i := range 4 {
		queue.Add(fmt.Sprintf("busy/%d", i))
	}
	queue.Add("calm/0")
	queue.Add("other/0")
	queue.Add("calm/1")
	queue.AddWithOptions(AddOptions{Priority: 1}, "busy/9")
	assert.Equal(t, []string{"busy/9", "busy/0", "calm/0", "other/0", "busy/1", "calm/1", "busy/2", "busy/3"}, drain(queue))
}

func TestEventHandler(t *testing.T) {
	object := func(name, version string) *metav1.PartialObjectMetadata {
		return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: name, ResourceVersion: version}}
	}
	queue := NewPriorityQueue(PriorityQueueOptions[string]{})
	handler := NewEventHandler(queue, func(obj any) (string, error) {
		o, ok := obj.(*metav1.PartialObjectMetadata)
		if !ok {
			return "", errors.New("no object")
		}
		return o.Name, nil
	})
	handler.OnAdd(object("listed", "1"), true)
	handler.OnUpdate(object("resynced", "1"), object("resynced", "1"))
	handler.OnAdd(object("created", "1"), false)
	handler.OnUpdate(object("changed", "1"), object("changed", "2"))
	handler.OnDelete(object("deleted", "2"))
	handler.OnDelete("no object at all")
	assert.Equal(t, map[int]int{0: 3, LowPriority: 2}, queue.Status().Priorities)
	assert.Equal(t, []string{"created", "changed", "deleted", "listed", "resynced"}, drain(queue))
}
