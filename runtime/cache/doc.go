// Package cache keeps local copies of the objects of an API server: a reflector lists and watches them, an indexer stores
// them, and handlers are called for each change.
//
//	robots := factory.Fleet().V1().Robots().TypedInformer() // of a generated factory
//	_, err := robots.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*v1.Robot]{AddFunc: added})
//	…
//	err = cache.WaitForSync(ctx, robots) // after the factory was started
//
// The names and declarations are those of client-go's tools/cache, so code written for it compiles here. The
// implementation is generic: an informer made by [NewTypedInformer], as in generated code, keeps objects as T from the
// decoder to the lister. Its untyped methods convert T to interface{} when they return objects.
//
// All readers of a cache share its objects, so they must not change them. A [MutationDetector] finds code that does. Set
// KUBE_CACHE_MUTATION_DETECTOR=true for all informers of a program, WithMutationDetector for those of a factory, or the
// option MutationDetector for one.
//
// # What an informer guarantees
//
// Order: every handler gets the events in the order of the server's history, also those of different objects. For a list,
// the handler gets the deletions of objects that are not in the list, and then the objects of the list, in its order.
//
// Consistency: the store always equals a state that the server had. A list replaces the contents in one step, including
// the indexes, and each event is one step. The store contains a change before any handler is called for it. Its resource
// version changes only once everything up to that version is stored. Readers do not wait for handlers, nor while a list is
// prepared. An informer of several namespaces lists and watches each of them, and gives these guarantees for each.
//
// Delivery: every handler gets the last state of every object, and the deletion of every object that it has seen. It may
// miss states in between if a connection broke. An update with equal resource versions means that nothing has changed; it
// comes from a resync or a list. A slow handler delays only itself. Its queue has no limit unless
// [HandlerOptions].MergeEvents is set, which gives up the order of events of different objects. A panic of a handler,
// transform or index function is reported and ends the program. If ReallyCrash of apimachinery's util/runtime is unset,
// the informer goes on with the next event instead.
//
// Diagnosis: [StatusOf] returns what is wrong and since when, and [WaitForSync] why a cache has not synced.
// [NewHealthCheck] turns the status into a health check. [WaitForObject] waits until a cache contains the caller's own
// write.
//
// # Life cycle
//
// An informer runs until its context ends. When its Run method returns, its goroutines, timers and connections are gone.
// The exception is a call to list or watch that ignores its context: its goroutine ends when the call returns. An informer
// may run again. Indexes may be added at any time, and handlers unless the informer has stopped.
//
// Logs go to the klog logger of the context. At the default verbosity, an informer logs nothing while it works. If it
// cannot list or watch, it logs the cause at once, again when the cause changes, and at growing intervals. It logs once
// that it works again.
package cache
