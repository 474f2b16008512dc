// Package testing sets features for the duration of a test. Its names are those of client-go's features/testing.
package testing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/typewright/typewright/runtime/features"
)

// setter are gates whose features can be set.
type setter interface {
	features.Gates
	Set(features.Feature, bool) error
}

// SetFeatureDuringTest turns a feature on or off until the end of a test. It fails the test if another one, that is not its parent, has
// set the feature. It panics if there is no such feature or the gates that hold have no method Set.
func SetFeatureDuringTest(tb testing.TB, feature features.Feature, featureValue bool) {
	tb.Helper()
	if err := setDuringTest(tb, feature, featureValue); err != nil {
		tb.Fatal(err)
	}
}

func setDuringTest(tb testing.TB, feature features.Feature, on bool) error {
	tb.Helper()
	gates, ok := features.FeatureGates().(setter)
	if !ok {
		panic(fmt.Errorf("clientfeatures.FeatureGates(): %T does not implement featureGatesSetter interface", features.FeatureGates()))
	}
	set := gates.Set
	if locked, ok := gates.(interface {
		SetForTesting(features.Feature, bool) error
	}); ok {
		set = locked.SetForTesting
	}
	overridden.mu.Lock()
	defer overridden.mu.Unlock()
	test, ok := overridden.tests[feature]
	if ok && tb.Name() != test && !strings.HasPrefix(tb.Name(), test+"/") {
		return fmt.Errorf("client-go feature %q is currently overridden by %q test and cannot be also modified by %q", feature, test, tb.Name())
	}
	before := gates.Enabled(feature)
	if err := set(feature, on); err != nil {
		return err
	}
	overridden.tests[feature] = tb.Name()
	tb.Cleanup(func() {
		overridden.mu.Lock()
		defer overridden.mu.Unlock()
		if ok {
			overridden.tests[feature] = test
		} else {
			delete(overridden.tests, feature)
		}
		if err := set(feature, before); err != nil {
			tb.Errorf("restore feature %q: %v", feature, err)
		}
	})
	return nil
}
