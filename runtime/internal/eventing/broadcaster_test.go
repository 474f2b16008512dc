package eventing

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
)

// TestAllEventsAreSentOrCounted publishes from many goroutines while watches begin and end and the broadcaster shuts down.
// An event that a watcher of all events did not get must be counted as dropped.
func TestAllEventsAreSentOrCounted(t *testing.T) {
	const publishers, events = 8, 100 // fewer than a queue holds
	var b Broadcaster
	var handled atomic.Uint64
	done := make(chan struct{})
	_, err := b.Handle(t.Context(), func(runtime.Object) { handled.Add(1) }, func() { close(done) })
	require.NoError(t, err)
	var all, beginners sync.WaitGroup
	for i := range publishers {
		all.Go(func() {
			for j := range events {
				b.Publish(klog.LoggerWithName(klog.Background(), "test"), &corev1.Event{})
				if i == 0 && j == events/2 {
					b.Shutdown(klog.Background())
				}
			}
		})
		beginners.Go(func() {
			for {
				w, err := b.Watch()
				if err != nil {
					assert.ErrorIs(t, err, ErrStopped)
					return
				}
				w.Stop()
				w.Stop()
			}
		})
	}
	all.Wait()
	beginners.Wait()
	<-done
	assert.Equal(t, uint64(publishers*events), handled.Load()+b.Status().Dropped.Total())
}

func TestStampsDiffer(t *testing.T) {
	var b Broadcaster
	now := time.Unix(0, 100)
	assert.Equal(t, []int64{100, 101, 102, 105, 106}, []int64{
		b.Stamp(now), b.Stamp(now), b.Stamp(now.Add(-50)), b.Stamp(now.Add(5)), b.Stamp(now.Add(5)),
	})
}

func TestCounterLogsLessAndLess(t *testing.T) {
	var c Counter
	var due []uint64
	for range 20 {
		if total, log := c.drop(Spam, 1); log {
			due = append(due, total)
		}
	}
	total, log := c.drop(Spam, 100)
	assert.True(t, log)
	assert.Equal(t, uint64(120), total)
	assert.Equal(t, []uint64{1, 2, 4, 8, 16}, due)
	c.Drop(klog.Background(), QueueFull, 0, nil, nil)
	assert.Equal(t, Dropped{Spam: 120}, c.Status().Dropped)
}
