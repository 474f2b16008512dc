package testing_test

import (
	"testing"

	"github.com/typewright/typewright/runtime/features"
	featurestesting "github.com/typewright/typewright/runtime/features/testing"
)

// A test sets a gate until it ends.
func ExampleSetFeatureDuringTest() { //nolint:testableexamples // only a test can call it
	_ = func(t *testing.T) {
		featurestesting.SetFeatureDuringTest(t, features.WatchListClient, false)
	}
}
