package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	"k8s.io/utils/lru"

	"github.com/typewright/typewright/runtime/flowcontrol"
)

// These are the defaults of CorrelatorOptions.
const (
	maxLruCacheEntries                = 4096
	defaultAggregateMaxEvents         = 10
	defaultAggregateIntervalInSeconds = 600
	defaultSpamBurst                  = 25
	defaultSpamQPS                    = 1. / 300.
)

// CorrelatorOptions are the options of an EventCorrelator. What is zero has the default.
type CorrelatorOptions struct {
	// LRUCacheSize is how many events, groups of events and sources are remembered: 4096.
	LRUCacheSize int
	// BurstSize is how many events one source may record about an object at once: 25.
	BurstSize int
	// QPS is how many more it may record a second: one in five minutes.
	QPS float32
	// KeyFunc groups events: EventAggregatorByReasonFunc.
	KeyFunc EventAggregatorKeyFunc
	// MessageFunc makes the message of an event that stands for a group: EventAggregatorByReasonMessageFunc.
	MessageFunc EventAggregatorMessageFunc
	// MaxEvents is how many different events of a group make the last one part of a common event: 10.
	MaxEvents int
	// MaxIntervalInSeconds is after how many seconds without an event a group ends: 600.
	MaxIntervalInSeconds int
	// Clock is the real one.
	Clock clock.PassiveClock
	// SpamKeyFunc tells whose events share a budget: those of the same source, type and object.
	SpamKeyFunc EventSpamKeyFunc
}

// withDefaults returns the options with defaults in place of zeros.
func (o CorrelatorOptions) withDefaults() CorrelatorOptions {
	o.LRUCacheSize = orDefault(o.LRUCacheSize, maxLruCacheEntries)
	o.BurstSize = orDefault(o.BurstSize, defaultSpamBurst)
	o.QPS = orDefault(o.QPS, defaultSpamQPS)
	o.MaxEvents = orDefault(o.MaxEvents, defaultAggregateMaxEvents)
	o.MaxIntervalInSeconds = orDefault(o.MaxIntervalInSeconds, defaultAggregateIntervalInSeconds)
	if o.KeyFunc == nil {
		o.KeyFunc = EventAggregatorByReasonFunc
	}
	if o.MessageFunc == nil {
		o.MessageFunc = EventAggregatorByReasonMessageFunc
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.SpamKeyFunc == nil {
		o.SpamKeyFunc = spamKey
	}
	return o
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// EventCorrelator decides how an event is recorded: it aggregates similar events, counts the same ones and skips spam.
type EventCorrelator struct {
	isSpam     EventFilterFunc
	aggregator *EventAggregator
	logger     *eventLogger
}

// EventCorrelateResult says how an event is recorded.
type EventCorrelateResult struct {
	// Event is what to record; if its Count is more than one, by a patch of the event of that name.
	Event *corev1.Event
	// Patch is that strategic merge patch.
	Patch []byte
	// Skip is true if nothing is to be recorded.
	Skip bool

	key string // by which occurrences are counted
}

// NewEventCorrelator returns a correlator with default options.
func NewEventCorrelator(clock clock.PassiveClock) *EventCorrelator {
	return NewEventCorrelatorWithOptions(CorrelatorOptions{Clock: clock})
}

// NewEventCorrelatorWithOptions returns a correlator.
func NewEventCorrelatorWithOptions(options CorrelatorOptions) *EventCorrelator {
	o := options.withDefaults()
	spam := NewEventSourceObjectSpamFilter(o.LRUCacheSize, o.BurstSize, o.QPS, o.Clock, o.SpamKeyFunc)
	return &EventCorrelator{
		isSpam:     spam.Filter,
		aggregator: NewEventAggregator(o.LRUCacheSize, o.KeyFunc, o.MessageFunc, o.MaxEvents, o.MaxIntervalInSeconds, o.Clock),
		logger:     &eventLogger{seen: lru.New(o.LRUCacheSize)},
	}
}

// EventCorrelate says how an event is recorded. It does not change the event. An event that is skipped is counted, so that the count
// of the next one that is recorded is right.
func (c *EventCorrelator) EventCorrelate(newEvent *corev1.Event) (*EventCorrelateResult, error) {
	if newEvent == nil {
		return nil, errors.New("event is nil")
	}
	event, key := c.aggregator.EventAggregate(newEvent)
	observed, again := c.logger.observe(event, key)
	if c.isSpam(observed) {
		return &EventCorrelateResult{Skip: true}, nil
	}
	result := &EventCorrelateResult{Event: observed, key: key}
	if again {
		var err error
		if result.Patch, err = patchOf(observed); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// UpdateState tells the correlator what the server has made of an event.
func (c *EventCorrelator) UpdateState(event *corev1.Event) { c.logger.update(eventKey(event), event) }

// patchOf returns the patch that makes one more occurrence known. What it sets does not depend on what the server has, so that it
// may be sent twice.
func patchOf(event *corev1.Event) ([]byte, error) {
	patch, err := json.Marshal(struct {
		Count         int32       `json:"count"`
		LastTimestamp metav1.Time `json:"lastTimestamp"`
		Message       string      `json:"message,omitempty"`
	}{event.Count, event.LastTimestamp, event.Message})
	if err != nil {
		return nil, fmt.Errorf("encode the patch of event %s/%s: %w", event.Namespace, event.Name, err)
	}
	return patch, nil
}

// eventLogger remembers events and counts their occurrences.
type eventLogger struct {
	mu   sync.Mutex
	seen *lru.Cache // of observation by key
}

// observation is what is known of an event.
type observation struct {
	name, resourceVersion string
	count                 int32
	first                 metav1.Time
}

// observe counts an occurrence. It returns the event as it is to be recorded, and whether it was seen before.
func (l *eventLogger) observe(newEvent *corev1.Event, key string) (event *corev1.Event, again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	observed := *newEvent
	if value, ok := l.seen.Get(key); ok {
		if last, ok := value.(observation); ok && last.count > 0 {
			observed.Name, observed.ResourceVersion = last.name, last.resourceVersion
			observed.FirstTimestamp, observed.Count = last.first, last.count+1
			again = true
		}
	}
	l.note(key, &observed)
	return &observed, again
}

// update notes an event as the server has it.
func (l *eventLogger) update(key string, event *corev1.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.note(key, event)
}

func (l *eventLogger) note(key string, event *corev1.Event) {
	l.seen.Add(key, observation{event.Name, event.ResourceVersion, event.Count, event.FirstTimestamp})
}

// eventKey returns a key that differs for events that are not occurrences of the same one.
func eventKey(event *corev1.Event) string {
	return joinKey(
		event.Source.Component, event.Source.Host,
		event.InvolvedObject.Kind, event.InvolvedObject.Namespace, event.InvolvedObject.Name, event.InvolvedObject.FieldPath,
		string(event.InvolvedObject.UID), event.InvolvedObject.APIVersion,
		event.Type, event.Reason, event.Message,
	)
}

// spamKey returns a key of whose events share a budget.
func spamKey(event *corev1.Event) string {
	return joinKey(
		event.Source.Component, event.Source.Host,
		event.InvolvedObject.Kind, event.InvolvedObject.Namespace, event.InvolvedObject.Name,
		string(event.InvolvedObject.UID), event.InvolvedObject.APIVersion,
		event.Type,
	)
}

// joinKey returns a text that no other list of parts has.
func joinKey(parts ...string) string {
	var key []byte
	for _, part := range parts {
		key = strconv.AppendInt(key, int64(len(part)), 10)
		key = append(key, ':')
		key = append(key, part...)
	}
	return string(key)
}

// EventSpamKeyFunc returns the key of those events that share a budget with an event.
type EventSpamKeyFunc func(event *corev1.Event) string

// EventFilterFunc reports whether an event is to be skipped.
type EventFilterFunc func(event *corev1.Event) bool

// EventSourceObjectSpamFilter limits the rate of events that have the same key, which is that of a source and an object.
type EventSourceObjectSpamFilter struct {
	mu      sync.Mutex
	budgets *lru.Cache // of flowcontrol.PassiveRateLimiter by key
	burst   int
	qps     float32
	clock   clock.PassiveClock
	key     EventSpamKeyFunc
}

// NewEventSourceObjectSpamFilter returns a filter that remembers so many keys, lets burst events of each through, and then qps a
// second.
func NewEventSourceObjectSpamFilter(lruCacheSize, burst int, qps float32, clock clock.PassiveClock, spamKeyFunc EventSpamKeyFunc) *EventSourceObjectSpamFilter {
	return &EventSourceObjectSpamFilter{budgets: lru.New(lruCacheSize), burst: burst, qps: qps, clock: clock, key: spamKeyFunc}
}

// Filter reports whether an event is spam.
func (f *EventSourceObjectSpamFilter) Filter(event *corev1.Event) bool {
	return !f.budget(f.key(event)).TryAccept()
}

// budget returns the rate limiter of a key.
func (f *EventSourceObjectSpamFilter) budget(key string) flowcontrol.PassiveRateLimiter {
	f.mu.Lock()
	defer f.mu.Unlock()
	if value, ok := f.budgets.Get(key); ok {
		if limiter, ok := value.(flowcontrol.PassiveRateLimiter); ok {
			return limiter
		}
	}
	limiter := flowcontrol.NewTokenBucketPassiveRateLimiterWithClock(f.qps, f.burst, f.clock)
	f.budgets.Add(key, limiter)
	return limiter
}
