//go:build !race

// The change that the detector finds is a data race, which the race detector would report.

package cache

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func TestMutationDetectorOfAnInformer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer()
		s.put("a", "1")
		mutated := make(chan string, 1)
		informer := NewTypedInformer(s, SharedIndexInformerOptions{
			MutationDetector: NewMutationDetector(MutationDetectorOptions{OnMutation: func(m string) { mutated <- m }}),
		})
		_, err := informer.AddTypedEventHandler(TypedResourceEventHandlerFuncs[*corev1.ConfigMap]{
			AddFunc: func(cm *corev1.ConfigMap) { cm.Data["value"] = "mine" },
		})
		require.NoError(t, err)
		runUntilCleanup(t, informer)
		assert.Contains(t, <-mutated, "default/a")
	})
}
