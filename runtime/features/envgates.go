package features

import (
	"fmt"
	"os"
	"strconv"
	"sync"

	"k8s.io/klog/v2"
)

// envPrefix and the name of a feature are the name of its environment variable.
const envPrefix = "KUBE_FEATURE_"

// envGates are gates that the environment sets, unless the program has. It reads the environment each time, so that it does not matter
// who asks first.
type envGates struct {
	specs map[Feature]FeatureSpec

	mu     sync.Mutex
	set    map[Feature]bool
	logged map[string]bool // what is wrong in the environment
	asked  bool
}

func newEnvGates(specs map[Feature]FeatureSpec) *envGates {
	return &envGates{specs: specs, set: map[Feature]bool{}, logged: map[string]bool{}}
}

// Enabled implements [Gates]. It panics if there is no such feature.
func (g *envGates) Enabled(key Feature) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = true
	spec, ok := g.specs[key]
	if !ok {
		panic(unknown(key))
	}
	if on, ok := g.set[key]; ok {
		return on
	}
	return g.fromEnvironment(key, spec)
}

// fromEnvironment returns what the environment says, or the default. The gates are locked.
func (g *envGates) fromEnvironment(key Feature, spec FeatureSpec) bool {
	text, ok := os.LookupEnv(envPrefix + string(key))
	if !ok {
		return spec.Default
	}
	on, err := strconv.ParseBool(text)
	problem := "it is no boolean"
	if err == nil {
		if !spec.LockToDefault || on == spec.Default {
			return on
		}
		problem = "the feature is locked"
	}
	if complaint := string(key) + "=" + text; !g.logged[complaint] {
		g.logged[complaint] = true
		klog.Background().Error(err, "Ignored the environment variable of a feature", "variable", envPrefix+string(key), "value", text, "why", problem)
	}
	return spec.Default
}

// Set turns a feature on or off, whatever the environment says. It returns an error if there is no such feature or it is locked.
func (g *envGates) Set(key Feature, on bool) error {
	if spec, ok := g.specs[key]; ok && spec.LockToDefault && spec.Default != on {
		return fmt.Errorf("cannot set feature gate %q to %v, feature is locked to %v", key, on, spec.Default)
	}
	return g.SetForTesting(key, on)
}

// SetForTesting is Set that sets locked features, too.
func (g *envGates) SetForTesting(key Feature, on bool) error {
	if _, ok := g.specs[key]; !ok {
		return unknown(key)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.set[key] = on
	return nil
}

func unknown(key Feature) error {
	return fmt.Errorf("feature %q is not registered in FeatureGates of the environment", key)
}

func (g *envGates) wasAsked() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked
}
