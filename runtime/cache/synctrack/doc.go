// Package synctrack tells when a consumer of an informer has finished its own share of the initial list: informers know
// when handlers have been called, not when the work that a handler began elsewhere is done.
//
// An [AsyncTracker] is for handlers that put keys into a queue which many goroutines work off, a [SingleFileTracker] for
// those that do things in order. [Lazy] is a value that is computed when it is asked for and something has changed.
//
// A tracker is done once its source has synced (UpstreamHasSynced) and everything that was started has finished. It stays
// done from then on. Both trackers can be waited for with cache.WaitFor.
package synctrack
