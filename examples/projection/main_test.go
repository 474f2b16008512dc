package main

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
)

// screen collects the output of the program.
type screen struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.text.String()
}

func pod(name, node string, phase corev1.PodPhase) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name},
		Spec:       corev1.PodSpec{NodeName: node, Containers: []corev1.Container{{Name: "web", Image: "web"}}},
		Status:     corev1.PodStatus{Phase: phase},
	}
}

func TestPodsComeMoveAndGo(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{
		Scheme: scheme, Objects: []runtime.Object{pod("a", "n1", corev1.PodRunning), pod("b", "n1", corev1.PodPending)},
	})
	ctx, cancel := context.WithCancel(t.Context())
	out, done := &screen{}, make(chan error, 1)
	go func() { done <- run(ctx, server.Config(), out) }()
	shows := func(line string) {
		t.Helper()
		require.Eventually(t, func() bool { return strings.Contains(out.String(), line+"\n") }, 30*time.Second, time.Millisecond, "%s", line)
	}
	shows("ADDED    shop/a: now 1 Running on n1")
	shows("ADDED    shop/b: now 1 Pending on n1")

	client, err := dynamic.NewForConfig(server.Config())
	require.NoError(t, err)
	pods := client.Resource(corev1.SchemeGroupVersion.WithResource("pods")).Namespace("shop")
	b, err := pods.Get(ctx, "b", metav1.GetOptions{})
	require.NoError(t, err)
	require.NoError(t, unstructured.SetNestedField(b.Object, "Running", "status", "phase"))
	_, err = pods.UpdateStatus(ctx, b, metav1.UpdateOptions{})
	require.NoError(t, err)
	shows("MOVED    shop/b: now 2 Running on n1")
	require.NoError(t, pods.Delete(ctx, "a", metav1.DeleteOptions{GracePeriodSeconds: new(int64)}))
	shows("DELETED  shop/a")
	cancel()
	assert.NoError(t, <-done)
}
