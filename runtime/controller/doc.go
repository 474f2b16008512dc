// Package controller reconciles the objects of a kind: it calls a function for each object that has changed, or whose children have,
// until the function returns no error. It is a queue and a few handlers on the informers of a factory, and no framework:
//
//	robots := factory.Fleet().V1beta1().Robots()
//	c, err := controller.New(factory, reconcile, controller.Options[*v1beta1.Robot]{
//		For:     robots.TypedInformer(),
//		Watches: []controller.Watch{controller.Owns(factory.Telemetry().V1().Probes().Informer())},
//		Workers: 4,
//	})
//	…
//	factory.StartWithContext(ctx)
//	return c.Run(ctx)
//
// # What a reconcile sees
//
// An object is not reconciled again before the caches have seen what its last reconcile has written. Whatever a reconcile creates,
// updates, patches, applies or deletes with its context is noted, by any client of this module. If the object is asked for again, it
// waits until the informers of the written kinds have reached these versions; other objects go on. So a function that counts
// children in a cache and creates those that are missing needs no expectations.
//
// The wait ends after Options.MaxWait in any case; [Status] shows who waits, for what, and how often the time was over. Three things
// are not waited for, and Status counts the first two: writes to resources that no informer of the factory follows, versions that
// cannot be compared, and writes with another context. A write that an informer does not select, by a label, is waited for until the
// informer's version has passed it, which takes a bookmark of the server (about a minute) or another event. If the answer to a write
// is lost, the controller asks the server for the object before it goes on. A create with generateName whose answer is lost is
// waited for in the same way, by the version of the whole collection.
//
// # Panics
//
// A reconcile that panics counts as one that has returned an error: it is logged with its stack, counted, and tried again after a
// pause. The program goes on, whatever ReallyCrash of apimachinery says, since one bad object should not keep all others from being
// reconciled. A function that calls runtime.Goexit is treated in the same way, but the object is not tried again before it changes.
package controller
