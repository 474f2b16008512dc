// Package core implements package cache: a store with indexes, a queue of deltas, a reflector that follows a server, and
// an informer that keeps a store up to date and calls handlers.
//
// All of them are generic: they keep objects as T from the decoder to the reader. Package cache wraps them twice, in
// client-go's untyped types, which convert T to interface{} when they return objects, and in typed ones, which do not.
//
// In an [Informer], an object goes from the [StreamListerWatcher] through the [Reflector] into the [Store], and then
// into the queues of the handlers. There is no queue before the store. The [FIFO] is for code that runs a reflector or
// a controller of its own, through cache.DeltaFIFO.
package core
