// Package synctrack finds out when a consumer of an informer has processed the initial list. Informers know when handlers
// have been called, but not when work has ended that a handler began elsewhere.
//
// An [AsyncTracker] is for handlers that add keys to a queue, which many goroutines process. A [SingleFileTracker] is for
// handlers that process objects in order. [Lazy] is a value that is computed again if something has changed.
//
// A tracker is done once its source has synced (UpstreamHasSynced) and everything that was started has finished. It stays
// done from then on. cache.WaitFor can wait for both kinds of trackers.
package synctrack
