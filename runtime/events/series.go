package events

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/eventing"
)

const (
	refreshPeriod = 30 * time.Minute // how often the counts of all series are written
	finishPeriod  = 6 * time.Minute  // after which time without an event a series ends
	maxWrites     = 100              // at the same time
	tryTimeout    = 30 * time.Second // of a request
)

// eventKey is equal for events that are of one series.
type eventKey struct {
	eventType, action, reason              string
	reportingController, reportingInstance string
	regarding, related                     corev1.ObjectReference
}

// keyOf returns the key of an event. The version of an object is no part of it, for an event may be about many versions.
func keyOf(event *eventsv1.Event) eventKey {
	key := eventKey{
		eventType: event.Type, action: event.Action, reason: event.Reason,
		reportingController: event.ReportingController, reportingInstance: event.ReportingInstance,
		regarding: event.Regarding,
	}
	if event.Related != nil {
		key.related = *event.Related
	}
	key.regarding.ResourceVersion, key.related.ResourceVersion = "", ""
	return key
}

// writer writes events to a sink, series by series.
type writer struct {
	ctx    context.Context // its end ends all waiting
	events *eventing.Broadcaster
	sink   EventSink
	pause  time.Duration
	slots  chan struct{} // holds a value for each write
	failed atomic.Bool   // the sink failed after the end

	mu     sync.Mutex
	series map[eventKey]*series
	ending bool
}

// series is events that have the same key. There may be only one.
type series struct {
	event   *eventsv1.Event // the first one
	last    metav1.MicroTime
	count   int32
	settled int32 // how many are written or counted as dropped
	started bool  // the server was told that it is a series
	busy    bool  // a goroutine writes
}

func newWriter(ctx context.Context, events *eventing.Broadcaster, sink EventSink, pause time.Duration) *writer {
	return &writer{ctx: ctx, events: events, sink: sink, pause: pause, slots: make(chan struct{}, maxWrites), series: map[eventKey]*series{}}
}

// handle adds an event to its series and begins to write what is due. It waits while as many writes as there may be go on.
func (w *writer) handle(obj runtime.Object) {
	event, ok := obj.(*eventsv1.Event) // recorders publish nothing else
	if !ok {
		return
	}
	if s := w.add(event); s != nil {
		w.begin(s)
	}
}

// add adds an event to its series, and returns the series if it is to be written.
func (w *writer) add(event *eventsv1.Event) *series {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := keyOf(event)
	s := w.series[key]
	if s == nil {
		s = &series{event: event}
		w.series[key] = s
	}
	s.count++
	s.last = event.EventTime
	if s.busy || !w.due(s) {
		return nil
	}
	s.busy = true
	return s
}

// due reports whether a series is to be written at once.
func (w *writer) due(s *series) bool {
	if w.ending {
		return s.settled < s.count
	}
	return s.settled == 0 || s.count > 1 && !s.started
}

// begin writes a busy series in a goroutine, as soon as there is a slot.
func (w *writer) begin(s *series) {
	w.slots <- struct{}{}
	go func() {
		defer func() { <-w.slots }()
		for again := true; again; {
			again = w.settle(s)
		}
	}()
}

// settle writes a series, or drops what is new of it. It reports whether there is more to write by then; otherwise the series is not
// busy any more.
func (w *writer) settle(s *series) bool {
	count, reason, err := w.write(s)
	w.mu.Lock()
	defer w.mu.Unlock()
	more := uint64(max(count-s.settled, 0))
	if reason == "" {
		w.events.Record(more)
	} else {
		w.events.Drop(klog.FromContext(w.ctx), reason, more, s.event, err)
	}
	s.settled, s.started = max(s.settled, count), count > 1
	s.busy = w.due(s)
	return s.busy
}

// write writes a series until that succeeds or is hopeless. It returns how many events were part of that, and why they are dropped,
// if they are.
func (w *writer) write(s *series) (count int32, reason eventing.DropReason, err error) {
	for tries := 1; ; tries++ {
		event := w.snapshot(s)
		count = 1
		if event.Series != nil {
			count = event.Series.Count
		}
		if w.failed.Load() {
			return count, eventing.ShutDown, err
		}
		if err = w.try(event, tries > 1); err == nil {
			return count, "", nil
		}
		if reason = w.afterFailure(err, tries); reason != "" {
			return count, reason, err
		}
	}
}

// snapshot returns a series as the server is to know it.
func (w *writer) snapshot(s *series) *eventsv1.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	event := s.event.DeepCopy()
	if s.count > 1 {
		event.Series = &eventsv1.EventSeries{Count: s.count, LastObservedTime: s.last}
	}
	return event
}

// try writes an event once. The end of the writer does not interrupt it.
func (w *writer) try(event *eventsv1.Event, again bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), tryTimeout)
	defer cancel()
	err := send(ctx, w.sink, event)
	if again && apierrors.IsAlreadyExists(err) {
		return nil // an earlier try has created it, though its answer got lost
	}
	return err
}

// send sends a request: a patch for a series, and if the server does not know the event any more, or for an event alone, one to
// create it.
func send(ctx context.Context, sink EventSink, event *eventsv1.Event) error {
	if event.Series != nil {
		patch, err := json.Marshal(map[string]any{"series": event.Series})
		if err != nil {
			return fmt.Errorf("encode the series of event %s/%s: %w", event.Namespace, event.Name, err)
		}
		if _, err = sink.Patch(ctx, event, patch); !eventing.IsNotFound(err) {
			return err
		}
	}
	_, err := sink.Create(ctx, event)
	return err
}

// afterFailure returns the reason to give up, or waits until it is time to write again.
func (w *writer) afterFailure(err error, tries int) eventing.DropReason {
	// Jitter, so that clients do not come back together when a server starts again.
	pause := time.Duration(float64(w.pause) * (1 + rand.Float64()/4)) //nolint:gosec // no secret
	reason := eventing.AfterFailure(w.ctx, err, tries, pause)
	if reason == eventing.ShutDown {
		w.failed.Store(true)
	}
	return reason
}

// keep writes the counts of series from time to time, and forgets those that have ended.
func (w *writer) keep() {
	refresh, finish := time.NewTicker(refreshPeriod), time.NewTicker(finishPeriod)
	defer refresh.Stop()
	defer finish.Stop()
	for {
		select {
		case <-w.ctx.Done():
			return
		case <-refresh.C:
			w.writeAll(w.grown(func(*series) bool { return true }))
		case now := <-finish.C:
			w.writeAll(w.ended(now))
		}
	}
}

// ended forgets the series that had no event for some time and are written, and returns those that are to be written before.
func (w *writer) ended(now time.Time) []*series {
	old := func(s *series) bool { return !now.Before(s.last.Add(finishPeriod)) }
	w.mu.Lock()
	for key, s := range w.series {
		if !s.busy && s.settled == s.count && old(s) {
			delete(w.series, key)
		}
	}
	w.mu.Unlock()
	return w.grown(old)
}

// finish writes what is left, each series once. The context has ended, and no event comes any more.
func (w *writer) finish() {
	w.mu.Lock()
	w.ending = true
	w.mu.Unlock()
	w.writeAll(w.grown(func(*series) bool { return true }))
}

// grown returns the series of a kind with events that are not written, and makes them busy.
func (w *writer) grown(of func(*series) bool) []*series {
	w.mu.Lock()
	defer w.mu.Unlock()
	var grown []*series
	for _, s := range w.series {
		if !s.busy && s.settled < s.count && of(s) {
			s.busy = true
			grown = append(grown, s)
		}
	}
	return grown
}

func (w *writer) writeAll(grown []*series) {
	for _, s := range grown {
		w.begin(s)
	}
}
