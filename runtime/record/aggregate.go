package record

import (
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	"k8s.io/utils/lru"

	"github.com/typewright/typewright/runtime/record/util"
)

// EventAggregatorKeyFunc returns the key of the group that an event belongs to, and the key of the event within the group.
type EventAggregatorKeyFunc func(event *corev1.Event) (aggregateKey string, localKey string)

// EventAggregatorMessageFunc returns the message of the event that stands for a group.
type EventAggregatorMessageFunc func(event *corev1.Event) string

// EventAggregatorByReasonFunc groups events that differ in their message alone.
func EventAggregatorByReasonFunc(event *corev1.Event) (string, string) {
	return joinKey(
		event.Source.Component, event.Source.Host,
		event.InvolvedObject.Kind, event.InvolvedObject.Namespace, event.InvolvedObject.Name,
		string(event.InvolvedObject.UID), event.InvolvedObject.APIVersion,
		event.Type, event.Reason, event.ReportingController, event.ReportingInstance,
	), event.Message
}

// EventAggregatorByReasonMessageFunc returns the message of the latest event with a remark before it.
func EventAggregatorByReasonMessageFunc(event *corev1.Event) string {
	return "(combined from similar events): " + event.Message
}

// EventAggregator lets one event stand for many similar ones: the first of a group are events of their own, as many as there may
// be, and all others share one. A group ends when it had no event for some time.
type EventAggregator struct {
	sync.RWMutex

	groups   *lru.Cache // of *group by aggregate key
	key      EventAggregatorKeyFunc
	message  EventAggregatorMessageFunc
	own      int // how many events of a group are events of their own
	interval time.Duration
	clock    clock.PassiveClock
}

// group is what is known of similar events.
type group struct {
	own  map[string]bool // the local keys of those that are events of their own
	last time.Time
}

// NewEventAggregator returns an aggregator that remembers so many groups. The event that makes maxEvents different ones in a group
// is the first that becomes part of the common event; if that is one or less, all events do.
func NewEventAggregator(
	lruCacheSize int, keyFunc EventAggregatorKeyFunc, messageFunc EventAggregatorMessageFunc,
	maxEvents int, maxIntervalInSeconds int, clock clock.PassiveClock,
) *EventAggregator {
	return &EventAggregator{
		groups: lru.New(lruCacheSize), key: keyFunc, message: messageFunc, own: maxEvents - 1,
		interval: time.Duration(maxIntervalInSeconds) * time.Second, clock: clock,
	}
}

// EventAggregate returns the event that is to be recorded in place of one, which may be the same, and the key by which its
// occurrences are counted.
func (e *EventAggregator) EventAggregate(newEvent *corev1.Event) (*corev1.Event, string) {
	groupKey, localKey := e.key(newEvent)
	now := e.clock.Now()
	if e.isOwn(groupKey, localKey, now) {
		return newEvent, eventKey(newEvent)
	}
	at := metav1.NewTime(now)
	return &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{
			Name: util.GenerateEventName(newEvent.InvolvedObject.Name, now.UnixNano()), Namespace: newEvent.Namespace,
		},
		InvolvedObject: newEvent.InvolvedObject, Type: newEvent.Type, Reason: newEvent.Reason, Message: e.message(newEvent),
		Source: newEvent.Source, ReportingController: newEvent.ReportingController, ReportingInstance: newEvent.ReportingInstance,
		Count: 1, FirstTimestamp: at, LastTimestamp: at,
	}, groupKey
}

// isOwn notes an event in its group, and reports whether it is an event of its own.
func (e *EventAggregator) isOwn(groupKey, localKey string, now time.Time) bool {
	e.Lock()
	defer e.Unlock()
	g := &group{own: map[string]bool{}}
	if value, ok := e.groups.Get(groupKey); ok {
		if known, ok := value.(*group); ok && now.Sub(known.last) <= e.interval {
			g = known
		}
	}
	g.last = now
	e.groups.Add(groupKey, g)
	if len(g.own) < e.own {
		g.own[localKey] = true
	}
	return g.own[localKey]
}
