// Package cache keeps local copies of what an API server holds: a reflector lists and watches, a queue of deltas orders
// what it sees, an indexer stores it, and handlers are told.
//
// The names and declarations are those of client-go's tools/cache, so that code written for it compiles here. Under them
// lies a typed core: an informer made by [NewTypedInformer], as generated code does, stores T itself from the decoder to
// the lister, and its untyped views box T on the way out.
//
// What a cache hands out is shared by everybody who reads it: treat it as read-only.
package cache
