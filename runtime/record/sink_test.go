package record

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

// memory is a sink that keeps events as a server does, and fails when the test wants it to.
type memory struct {
	mu     sync.Mutex
	events map[string]*corev1.Event
	fail   func(event *corev1.Event) error // before the request has an effect
	lose   func(event *corev1.Event) error // after it had
	calls  []string
}

func (m *memory) Create(event *corev1.Event) (*corev1.Event, error) {
	return m.request("create", event, func(key string) (*corev1.Event, error) {
		if m.events[key] != nil {
			return nil, apierrors.NewAlreadyExists(corev1.Resource("events"), event.Name)
		}
		return event.DeepCopy(), nil
	})
}

func (m *memory) Update(event *corev1.Event) (*corev1.Event, error) {
	return nil, fmt.Errorf("nobody should update %s", event.Name)
}

func (m *memory) Patch(event *corev1.Event, data []byte) (*corev1.Event, error) {
	return m.request("patch", event, func(key string) (*corev1.Event, error) {
		if m.events[key] == nil {
			return nil, apierrors.NewNotFound(corev1.Resource("events"), event.Name)
		}
		return patched(m.events[key], data)
	})
}

func (m *memory) request(verb string, event *corev1.Event, do func(key string) (*corev1.Event, error)) (*corev1.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, verb)
	if m.fail != nil {
		if err := m.fail(event); err != nil {
			return nil, err
		}
	}
	key := event.Namespace + "/" + event.Name
	result, err := do(key)
	if err != nil {
		return nil, err
	}
	if m.events == nil {
		m.events = map[string]*corev1.Event{}
	}
	m.events[key] = result
	if m.lose != nil {
		if err := m.lose(event); err != nil {
			return nil, err
		}
	}
	return result.DeepCopy(), nil
}

// counts returns how often each message was counted.
func (m *memory) counts() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := map[string]int{}
	for _, event := range m.events {
		counts[event.Message] += int(event.Count)
	}
	return counts
}

func patched(event *corev1.Event, data []byte) (*corev1.Event, error) {
	before, err := json.Marshal(event)
	if err != nil {
		return nil, err
	}
	after, err := strategicpatch.StrategicMergePatch(before, data, corev1.Event{})
	if err != nil {
		return nil, err
	}
	result := &corev1.Event{}
	return result, json.Unmarshal(after, result)
}

// pod returns what events are about.
func pod(name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, UID: "42"}}
}

// newScheme returns a scheme with pods.
func newScheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	return scheme
}
