// Package gates has the feature gates of client-go that change what this runtime does.
package gates

import (
	"os"
	"strconv"
)

// WatchListClient tells whether clients may stream lists. It is on unless the environment turns it off, by the variable that
// client-go's feature gate of this name has.
func WatchListClient() bool {
	on, err := strconv.ParseBool(os.Getenv("KUBE_FEATURE_WatchListClient"))
	return err != nil || on
}

// RefusesWatchList tells whether a client says that it cannot stream lists, as fake clients do. The spelling of the method is
// theirs.
func RefusesWatchList(client any) bool {
	says, ok := client.(interface{ IsWatchListSemanticsUnSupported() bool })
	return ok && says.IsWatchListSemanticsUnSupported()
}
