package record

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	testclocks "k8s.io/utils/clock/testing"
)

func TestKeysDiffer(t *testing.T) {
	assert.NotEqual(t, joinKey("ab", "c"), joinKey("a", "bc"))
	assert.NotEqual(t, joinKey("1:a", ""), joinKey("1", "a"))
	one := &corev1.Event{InvolvedObject: corev1.ObjectReference{Namespace: "a", Name: "bc"}}
	other := &corev1.Event{InvolvedObject: corev1.ObjectReference{Namespace: "ab", Name: "c"}}
	assert.NotEqual(t, eventKey(one), eventKey(other))
	assert.NotEqual(t, spamKey(one), spamKey(other))
	oneGroup, _ := EventAggregatorByReasonFunc(one)
	otherGroup, _ := EventAggregatorByReasonFunc(other)
	assert.NotEqual(t, oneGroup, otherGroup)
}

func TestNoEvent(t *testing.T) {
	_, err := NewEventCorrelator(testclocks.NewFakePassiveClock(time.Now())).EventCorrelate(nil)
	require.EqualError(t, err, "event is nil")
}

// plain is a model of the correlator that never removes an entry and does not care about speed.
type plain struct {
	own, burst int
	interval   time.Duration
	groups     map[string]map[string]bool
	last       map[string]time.Time
	counts     map[string]int32
	tokens     map[string]int
}

// correlate returns the message and the count that an event is recorded with, or a count of zero if it is spam.
func (p *plain) correlate(object, message string, now time.Time) (string, int32) {
	if p.groups[object] == nil || now.Sub(p.last[object]) > p.interval {
		p.groups[object] = map[string]bool{}
	}
	p.last[object] = now
	if len(p.groups[object]) < p.own {
		p.groups[object][message] = true
	}
	key := object + "/common"
	if p.groups[object][message] {
		key = object + "/own/" + message
	} else {
		message = "(combined from similar events): " + message
	}
	p.counts[key]++
	p.tokens[object]++
	if p.tokens[object] > p.burst {
		return "", 0
	}
	return message, p.counts[key]
}

// FuzzCorrelator compares the correlator with the model: each byte is an event about one of four objects with one of eight messages,
// or lets time pass.
func FuzzCorrelator(f *testing.F) {
	f.Add([]byte{0, 0, 1, 2, 3, 4, 4, 255, 0})
	f.Add([]byte{0, 1, 2, 3, 0, 1, 2, 3, 32, 33, 34, 200, 32, 33, 35})
	f.Fuzz(func(t *testing.T, script []byte) {
		clock := testclocks.NewFakePassiveClock(time.Unix(1e9, 0))
		c := NewEventCorrelatorWithOptions(CorrelatorOptions{
			MaxEvents: 4, MaxIntervalInSeconds: 60, BurstSize: 20, QPS: 1e-9, Clock: clock,
		})
		model := &plain{
			own: 3, burst: 20, interval: time.Minute, groups: map[string]map[string]bool{}, last: map[string]time.Time{},
			counts: map[string]int32{}, tokens: map[string]int{},
		}
		names := map[string]string{} // the name of each recorded event, which stays
		for _, step := range script {
			if step >= 192 {
				clock.SetTime(clock.Now().Add(time.Duration(step-191) * time.Second))
				continue
			}
			object, message := fmt.Sprint("pod", step/8%4), fmt.Sprint("message ", step%8)
			event := &corev1.Event{
				InvolvedObject: corev1.ObjectReference{Name: object}, Message: message, Count: 1,
			}
			event.Name = fmt.Sprint(object, ".", clock.Now().UnixNano(), len(names))
			wantMessage, wantCount := model.correlate(object, message, clock.Now())
			result, err := c.EventCorrelate(event)
			require.NoError(t, err)
			require.Equal(t, wantCount == 0, result.Skip)
			if result.Skip {
				continue
			}
			require.Equal(t, wantMessage, result.Event.Message)
			require.Equal(t, wantCount, result.Event.Count)
			require.Equal(t, wantCount > 1, result.Patch != nil)
			if name, ok := names[result.key]; ok {
				require.Equal(t, name, result.Event.Name)
			} else if wantCount == 1 {
				names[result.key] = result.Event.Name
			}
			c.UpdateState(result.Event)
		}
	})
}
