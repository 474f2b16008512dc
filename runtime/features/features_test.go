package features

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFeaturesOfClientGo lists the features that are on by default.
func TestFeaturesOfClientGo(t *testing.T) {
	gates := newEnvGates(latest(known()))
	on := map[Feature]bool{}
	for feature := range known() {
		on[feature] = gates.Enabled(feature)
	}
	assert.Equal(t, map[Feature]bool{
		AtomicFIFO: true, ClientsAllowCARotation: true, ClientsAllowCBOR: false, ClientsAllowTLSCacheGC: true, ClientsPreferCBOR: false,
		InOrderInformers: true, InOrderInformersBatchProcess: true, InformerResourceVersion: true, UnlockWhileProcessingFIFO: true,
		WatchListClient: true,
	}, on)
	assert.Panics(t, func() { gates.Enabled("Moon") })
}

func TestTheEnvironment(t *testing.T) {
	gates := newEnvGates(latest(known()))
	for value, want := range map[string]bool{"false": false, "0": false, "true": true, "": true, "no": true} {
		t.Setenv("KUBE_FEATURE_WatchListClient", value)
		assert.Equal(t, want, gates.Enabled(WatchListClient), "%q", value)
	}
	t.Setenv("KUBE_FEATURE_InOrderInformers", "false")
	assert.True(t, gates.Enabled(InOrderInformers), "locked")
	assert.Equal(t, map[string]bool{"WatchListClient=": true, "WatchListClient=no": true, "InOrderInformers=false": true}, gates.logged)

	t.Setenv("KUBE_FEATURE_WatchListClient", "true")
	require.NoError(t, gates.Set(WatchListClient, false))
	assert.False(t, gates.Enabled(WatchListClient), "Set overrides the environment")
}

func TestSet(t *testing.T) {
	gates := newEnvGates(latest(known()))
	require.ErrorContains(t, gates.Set("Moon", true), "not registered in FeatureGates")
	require.ErrorContains(t, gates.Set(InOrderInformers, false), "locked to true")
	require.NoError(t, gates.Set(InOrderInformers, true))
	require.NoError(t, gates.SetForTesting(InOrderInformers, false))
	assert.False(t, gates.Enabled(InOrderInformers))
}

// registry takes up features.
type registry struct {
	specs     map[Feature]FeatureSpec
	versioned map[Feature]VersionedSpecs
}

func (r *registry) Add(specs map[Feature]FeatureSpec) error { r.specs = specs; return nil }

func (r *registry) AddVersioned(specs map[Feature]VersionedSpecs) error {
	r.versioned = specs
	return nil
}

func TestRegistries(t *testing.T) {
	var r registry
	require.NoError(t, AddFeaturesToExistingFeatureGates(&r))
	require.NoError(t, AddVersionedFeaturesToExistingFeatureGates(&r))
	assert.Equal(t, FeatureSpec{Default: true, PreRelease: Beta}, r.specs[WatchListClient])
	assert.Equal(t, FeatureSpec{Default: true, LockToDefault: true}, r.specs[InOrderInformers])
	assert.Len(t, r.versioned[InOrderInformers], 2)
	assert.Equal(t, "1.36", r.versioned[InOrderInformers][1].Version.String())
	assert.Empty(t, latest(map[Feature]VersionedSpecs{"Moon": nil}))
}

// only has one feature on.
type only Feature

func (o only) Enabled(feature Feature) bool { return feature == Feature(o) }

func TestReplaceFeatureGates(t *testing.T) {
	before := FeatureGates()
	before.Enabled(WatchListClient)
	assert.True(t, replace(only(ClientsPreferCBOR)), "they were used")
	assert.True(t, FeatureGates().Enabled(ClientsPreferCBOR))
	assert.False(t, FeatureGates().Enabled(WatchListClient))
	assert.False(t, replace(before), "those of a program may be replaced")
	ReplaceFeatureGates(before)
	assert.Same(t, before, FeatureGates())
}
