// Package cache keeps local copies of what an API server holds: a reflector lists and watches, an indexer stores what it
// sees, and handlers are told.
//
// The names and declarations are those of client-go's tools/cache, so that code written for it compiles here. Under them
// lies a typed core: an informer made by [NewTypedInformer], as generated code does, stores T itself from the decoder to
// the lister, and its untyped views box T on the way out.
//
// What a cache hands out is shared by everybody who reads it: treat it as read-only. A [MutationDetector] finds out who
// does not: KUBE_CACHE_MUTATION_DETECTOR=true turns them on in a whole program, the option WithMutationDetector in the
// informers of a factory, the field MutationDetector of the options in one informer.
//
// # What an informer guarantees
//
// Order: every handler is told of events in the order of the server's history, those of different objects too. What a list
// brings has no such order: a handler is told of the objects that are gone, and then of the list, in its order.
//
// Consistency: the store always equals a state that the server had. A list reaches it as a whole, in one step, indexes
// included, before any handler is told of a part of it, and each event is one step. The store knows a change before any
// handler is told of it, and its resource version moves only when everything up to it is stored. Readers never wait for
// handlers, nor for a list that is being made ready. Of an informer of several namespaces all this holds for each of them:
// they are listed and watched one by one.
//
// Delivery: every handler sees the last state of every object, and the end of every object that it has seen. States
// between may be left out where the connection broke. An update whose resource versions are equal is no change but
// another look: at a resync, or after a list. A slow handler delays itself alone; its queue is bounded only on request
// ([HandlerOptions].MergeEvents), which gives up the order between objects. A panic of a handler, transform or index function is reported, and ends the program
// unless that is told to live on (ReallyCrash of apimachinery's util/runtime): then the next event follows.
//
// Truth: [StatusOf] says what is wrong and since when, [WaitForSync] why a cache has not synced, [NewHealthCheck] makes a
// health check of both. [WaitForObject] waits for one's own writes.
//
// # Life
//
// An informer runs until its context ends, and has then ended every goroutine, timer and connection; but for a call to list
// or watch that ignores its context, whose goroutine ends when it returns. It may run again.
// Indexes may be added at any time, handlers unless it has stopped.
//
// Logs go to the klog logger of the context. At the default verbosity an informer that works logs nothing; one that cannot
// list or watch logs why, at once, when the cause changes and at lengthening intervals, and once that it can again.
package cache
