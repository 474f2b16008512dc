package clientcmd

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// The copies of kubeconfigs that writers compare with hold secrets. They are dropped when the kubeconfigs that were handed
// out are collected.
func TestBasesDropCollectedConfigs(t *testing.T) {
	var b bases
	files := []string{"config"}
	kept := api.NewConfig()
	b.remember(files, kept)
	for range maxBases / 2 {
		b.remember(files, api.NewConfig())
	}
	require.Eventually(t, func() bool {
		runtime.GC()
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.recent) == 1
	}, time.Minute, time.Millisecond)
	assert.NotNil(t, b.of(files, kept))
}
