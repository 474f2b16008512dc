package testing

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/features"
)

func enabled() bool { return features.FeatureGates().Enabled(features.WatchListClient) }

func TestSetFeatureDuringTest(t *testing.T) {
	t.Run("a test", func(t *testing.T) {
		SetFeatureDuringTest(t, features.WatchListClient, false)
		assert.False(t, enabled())
		t.Run("and one in it", func(t *testing.T) {
			SetFeatureDuringTest(t, features.WatchListClient, true)
			assert.True(t, enabled())
		})
		assert.False(t, enabled())
	})
	assert.True(t, enabled())
	SetFeatureDuringTest(t, features.InOrderInformers, false) // though it is locked
	assert.False(t, features.FeatureGates().Enabled(features.InOrderInformers))
}

// other is a test of another name.
type other struct{ testing.TB }

func (other) Name() string { return "TestOther" }

func TestTwoTests(t *testing.T) {
	SetFeatureDuringTest(t, features.WatchListClient, false)
	require.ErrorContains(t, setDuringTest(other{t}, features.WatchListClient, true), "is currently overridden")
	assert.False(t, enabled())
}
