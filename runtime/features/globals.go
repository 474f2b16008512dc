package features

import (
	"sync/atomic"

	"k8s.io/klog/v2"
)

var (
	// environment are the gates of a program that has none of its own.
	environment = newEnvGates(latest(known()))
	// replaced are the gates of ReplaceFeatureGates.
	replaced atomic.Pointer[Gates]
)

// FeatureGates returns the gates that hold: those of ReplaceFeatureGates, or those of the environment.
func FeatureGates() Gates {
	if gates := replaced.Load(); gates != nil {
		return *gates
	}
	return environment
}

// ReplaceFeatureGates sets the gates that hold from now on. It logs an error if the gates before, of the environment, were asked
// already, because what was made by then does not change.
func ReplaceFeatureGates(newFeatureGates Gates) {
	if replace(newFeatureGates) {
		klog.Background().Error(nil, "The feature gates are replaced after they were used: replace them before clients are made")
	}
}

// replace sets the gates, and reports whether the gates of the environment held before and were asked.
func replace(gates Gates) bool {
	before := FeatureGates()
	replaced.Store(&gates)
	return before == Gates(environment) && environment.wasAsked()
}
