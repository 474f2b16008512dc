package watch

import (
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache"
)

// NewIndexerInformerWatcher is NewIndexerInformerWatcherWithLogger with the global logger of klog.
func NewIndexerInformerWatcher(lw cache.ListerWatcher, objType runtime.Object) (cache.Indexer, cache.Controller, watch.Interface, <-chan struct{}) {
	return NewIndexerInformerWatcherWithLogger(klog.Background(), lw, objType)
}

// NewIndexerInformerWatcherWithLogger starts an informer and tells what it tells as a watch. Stop of the watch ends both; the channel
// that is returned last is closed when they have ended, and the channel of the watch is, too.
//
// The informer never waits for the reader: what is not read yet is kept. A deleted object is told as it was last seen.
func NewIndexerInformerWatcherWithLogger(
	logger klog.Logger, lw cache.ListerWatcher, objType runtime.Object,
) (cache.Indexer, cache.Controller, watch.Interface, <-chan struct{}) {
	events := make(chan watch.Event)
	w, b := watch.NewProxyWatcher(events), newBuffer(events)
	push := func(kind watch.EventType, obj interface{}) {
		if object, ok := obj.(runtime.Object); ok { // a tombstone may have none
			b.push(watch.Event{Type: kind, Object: object})
		}
	}
	indexer, informer := cache.NewIndexerInformer(lw, objType, 0, cache.ResourceEventHandlerFuncs{
		AddFunc:    func(obj interface{}) { push(watch.Added, obj) },
		UpdateFunc: func(_, obj interface{}) { push(watch.Modified, obj) },
		DeleteFunc: func(obj interface{}) {
			if tombstone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
				obj = tombstone.Obj
			}
			push(watch.Deleted, obj)
		},
	}, cache.Indexers{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(events)
		b.run()
	}()
	go func() {
		defer b.stop()
		informer.RunWithContext(klog.NewContext(wait.ContextForChannel(w.StopChan()), logger))
	}()
	return indexer, informer, w, done
}

// buffer keeps events until they are read.
type buffer struct {
	out   chan<- watch.Event
	ended chan struct{}
	more  chan struct{} // holds a value if there may be events

	mu     sync.Mutex
	events []watch.Event
}

func newBuffer(out chan<- watch.Event) *buffer {
	return &buffer{out: out, ended: make(chan struct{}), more: make(chan struct{}, 1)}
}

// push adds an event. It does not wait.
func (b *buffer) push(event watch.Event) {
	b.mu.Lock()
	b.events = append(b.events, event)
	b.mu.Unlock()
	select {
	case b.more <- struct{}{}:
	default:
	}
}

// take returns the events that were added since the last time.
func (b *buffer) take() []watch.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	events := b.events
	b.events = nil
	return events
}

// run hands events to the reader until stop.
func (b *buffer) run() {
	for {
		select {
		case <-b.more:
		case <-b.ended:
			return
		}
		for _, event := range b.take() {
			select {
			case b.out <- event:
			case <-b.ended:
				return
			}
		}
	}
}

func (b *buffer) stop() { close(b.ended) }
