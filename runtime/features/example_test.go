package features_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/features"
)

// listing turns streamed lists off, and leaves the rest to the gates before.
type listing struct{ features.Gates }

func (l listing) Enabled(feature features.Feature) bool {
	return feature != features.WatchListClient && l.Gates.Enabled(feature)
}

func ExampleReplaceFeatureGates() {
	before := features.FeatureGates()
	defer features.ReplaceFeatureGates(before)
	features.ReplaceFeatureGates(listing{before})
	fmt.Println(features.FeatureGates().Enabled(features.WatchListClient))
	// Output: false
}
