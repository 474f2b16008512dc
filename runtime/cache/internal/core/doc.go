// Package core is the typed machinery under the names of package cache: a store with indexes, a queue of deltas, a
// reflector that follows a server, and an informer that keeps a store and tells handlers. Each holds T itself, from the
// decoder to the reader; package cache offers them as client-go's untyped types, which box T on the way out, and as typed
// ones, which do not.
//
// The way of an object: StreamListerWatcher → Reflector → FIFO → Store, then the handlers.
package core
