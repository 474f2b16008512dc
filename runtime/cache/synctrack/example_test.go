package synctrack_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/cache/synctrack"
)

// A handler puts keys into a queue. The tracker has synced when the informer has delivered its first list and all keys of it
// are processed.
func ExampleAsyncTracker() {
	tracker := synctrack.NewAsyncTracker[string]("controller")

	tracker.Start("ns/a") // by the handler, which puts the key into the queue
	tracker.UpstreamHasSynced()
	fmt.Println(tracker.HasSynced())

	tracker.Finished("ns/a") // by the worker
	fmt.Println(tracker.HasSynced())
	// Output:
	// false
	// true
}
