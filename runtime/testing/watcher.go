package testing

import (
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/internal/storage"
)

// watcher is a watch of a tracker. When a write returns, its event is in the channel, unless the channel is full.
// Events beyond that are queued, and a goroutine sends them until the queue is empty or the watch stops.
type watcher struct {
	namespace string
	// unregister removes the watch from its store.
	unregister func()
	result     chan watch.Event
	done       chan struct{}

	mu      sync.Mutex
	stopped bool
	queue   []watch.Event // not nil only while the goroutine runs
}

func newWatcher(namespace string) *watcher {
	return &watcher{
		namespace: namespace,
		result:    make(chan watch.Event, watch.DefaultChanSize),
		done:      make(chan struct{}),
	}
}

// ResultChan implements [watch.Interface].
func (w *watcher) ResultChan() <-chan watch.Event { return w.result }

// Stop implements [watch.Interface]. It may be called more than once.
func (w *watcher) Stop() {
	if w.stop() {
		w.unregister()
	}
}

// stop stops the watch, and reports whether it was running.
func (w *watcher) stop() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return false
	}
	w.stopped = true
	close(w.done)
	if w.queue == nil {
		close(w.result)
	}
	return true
}

// send pushes an event with a copy of the object, if the watch covers the object's namespace.
func (w *watcher) send(event watch.EventType, key storage.Key, obj runtime.Object) {
	if w.namespace == "" || w.namespace == key.Namespace {
		w.push(watch.Event{Type: event, Object: obj.DeepCopyObject()})
	}
}

// push adds an event without blocking.
func (w *watcher) push(event watch.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	if w.queue != nil {
		w.queue = append(w.queue, event)
		return
	}
	select {
	case w.result <- event:
	default:
		w.queue = append(w.queue, event)
		go w.drain()
	}
}

// drain sends the queued events. Meanwhile it owns the channel, and closes it if the watch stops.
func (w *watcher) drain() {
	for event, ok := w.next(); ok; event, ok = w.next() {
		select {
		case w.result <- event:
		case <-w.done:
		}
	}
}

func (w *watcher) next() (watch.Event, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		close(w.result)
		return watch.Event{}, false
	}
	if len(w.queue) == 0 {
		w.queue = nil
		return watch.Event{}, false
	}
	event := w.queue[0]
	w.queue = w.queue[1:]
	return event, true
}
