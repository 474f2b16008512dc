package kubernetes_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/generated/kubernetes/fake"
	"github.com/typewright/typewright/generated/kubernetes/informers"
	"github.com/typewright/typewright/runtime/cache"
)

// mutate runs a factory whose pods are changed in the cache, and waits for its end.
func mutate(t *testing.T, options ...informers.SharedInformerOption) {
	t.Helper()
	client := fake.NewClientset(&corev1.Pod{ObjectMeta: meta("web-0")}, &corev1.Node{ObjectMeta: meta("")})
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, options...)
	pods := factory.Core().V1().Pods().Lister()
	factory.Core().V1().Nodes().Informer()
	ctx, cancel := context.WithCancel(t.Context())
	factory.StartWithContext(ctx)
	require.NoError(t, factory.WaitForCacheSyncWithContext(ctx).AsError())
	pod, err := pods.Pods("shop").Get("web-0")
	require.NoError(t, err)
	pod.Spec.NodeName = "elsewhere"
	cancel()
	factory.Shutdown()
}

// The detectors compare when their informers end, so that the change is no race.
func TestFactoryDetectsMutations(t *testing.T) {
	var found []string
	mutate(t, informers.WithMutationDetector(cache.MutationDetectorOptions{
		Period: time.Hour, OnMutation: func(message string) { found = append(found, message) },
	}))
	require.Len(t, found, 1)
	assert.Contains(t, found[0], "cache *v1.Pod: *v1.Pod shop/web-0 was modified")
	assert.Contains(t, found[0], ".spec.nodeName")
	assert.NotContains(t, found[0], "elsewhere", "values may be secret")
}

// A detector that the environment turns on ends the program.
func TestTheEnvironmentTurnsMutationDetectorsOn(t *testing.T) {
	const variable = "KUBE_CACHE_MUTATION_DETECTOR"
	if os.Getenv(variable) != "" {
		mutate(t)
		return
	}
	mutate(t) // nothing happens
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheEnvironmentTurnsMutationDetectorsOn$")
	program.Env = append(os.Environ(), variable+"=true")
	output, err := program.CombinedOutput()
	require.Error(t, err, string(output))
	assert.Contains(t, string(output), "panic: cache *v1.Pod: *v1.Pod shop/web-0 was modified")
}
