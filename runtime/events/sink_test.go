package events

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// memory is a sink that keeps events as a server does, and fails when the test wants it to.
type memory struct {
	mu     sync.Mutex
	events map[string]*eventsv1.Event
	fail   func(ctx context.Context) error // before the request has an effect
	lose   func() error                    // after it had
	calls  []string
}

func (m *memory) Create(ctx context.Context, event *eventsv1.Event) (*eventsv1.Event, error) {
	return m.request(ctx, "create", event, func(known *eventsv1.Event) (*eventsv1.Event, error) {
		if known != nil {
			return nil, apierrors.NewAlreadyExists(corev1.Resource("events"), event.Name)
		}
		return event.DeepCopy(), nil
	})
}

func (m *memory) Update(_ context.Context, event *eventsv1.Event) (*eventsv1.Event, error) {
	return nil, fmt.Errorf("nobody should update %s", event.Name)
}

func (m *memory) Patch(ctx context.Context, event *eventsv1.Event, data []byte) (*eventsv1.Event, error) {
	return m.request(ctx, "patch", event, func(known *eventsv1.Event) (*eventsv1.Event, error) {
		if known == nil {
			return nil, apierrors.NewNotFound(corev1.Resource("events"), event.Name)
		}
		known = known.DeepCopy()
		return known, json.Unmarshal(data, known)
	})
}

func (m *memory) request(
	ctx context.Context, verb string, event *eventsv1.Event, do func(known *eventsv1.Event) (*eventsv1.Event, error),
) (*eventsv1.Event, error) {
	if m.fail != nil {
		if err := m.fail(ctx); err != nil {
			m.call("failed " + verb)
			return nil, err
		}
	}
	m.call(verb)
	m.mu.Lock()
	defer m.mu.Unlock()
	key := event.Namespace + "/" + event.Name
	result, err := do(m.events[key])
	if err != nil {
		return nil, err
	}
	if m.events == nil {
		m.events = map[string]*eventsv1.Event{}
	}
	m.events[key] = result
	if m.lose != nil {
		if err := m.lose(); err != nil {
			return nil, err
		}
	}
	return result.DeepCopy(), nil
}

func (m *memory) call(verb string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, verb)
}

// called returns the requests since the last time.
func (m *memory) called() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls := slices.Clone(m.calls)
	m.calls = nil
	return calls
}

// counts returns how often each action was counted.
func (m *memory) counts() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := map[string]int{}
	for _, event := range m.events {
		n := 1
		if event.Series != nil {
			n = int(event.Series.Count)
		}
		counts[event.Action] += n
	}
	return counts
}

// pod returns what events are about, in one of its versions.
func pod(version string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "a", UID: "42", ResourceVersion: version}}
}

// newScheme returns a scheme with pods.
func newScheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	return scheme
}
