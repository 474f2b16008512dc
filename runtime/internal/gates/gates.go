// Package gates asks the feature gates that change what this runtime does.
package gates

import "github.com/typewright/typewright/runtime/features"

// WatchListClient tells whether clients may stream lists. It is on unless the environment or the program turns it off.
func WatchListClient() bool { return features.FeatureGates().Enabled(features.WatchListClient) }

// RefusesWatchList tells whether a client says that it cannot stream lists, as fake clients do. The spelling of the method is
// theirs.
func RefusesWatchList(client any) bool {
	says, ok := client.(interface{ IsWatchListSemanticsUnSupported() bool })
	return ok && says.IsWatchListSemanticsUnSupported()
}
