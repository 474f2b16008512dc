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
// # Shards
//
// With Options.Shards, a membership of package sharding, the replicas of a program reconcile each a part of the objects:
//
//	members, err := sharding.Join(ctx, client.CoordinationV1().Leases("fleet"), sharding.Options{Group: "fleet", Identity: podName})
//	factory := externalversions.NewSharedInformerFactoryWithOptions(client, 0, externalversions.WithShards(members, &v1beta1.Robot{}))
//	c, err := controller.New(factory, reconcile, controller.Options[*v1beta1.Robot]{Shards: members, For: robots.TypedInformer()})
//
// What counts for a key is the object of For that has this name in the cache, whatever asked for the key: an owner that a child points
// to is reconciled by the process that holds the owner. With sharding.ByUID, children are with other processes than their owners, so
// shard the kind of For only, as above; with sharding.ByNamespace, all kinds of a namespace are together, and all may be sharded. A key
// whose object is not held or not in the cache is dropped, and comes again when the process gains the object. Gone is called for
// objects whose deletion the informer has seen, by the hash that they had.
//
// A reconcile does not begin unless the process holds the object. When the object goes to another process, reconciles in progress are
// waited for; their context ends after the Grace of the membership, and with the lease. The next process reads the object after that
// from the server, with all that was written to it. Its caches of other kinds may be behind: the wait for own writes is that of one
// process. Create children with names that follow from the owner, so that a second creation fails.
//
// # Panics
//
// A reconcile that panics counts as one that has returned an error: it is logged with its stack, counted, and tried again after a
// pause. The program goes on, whatever ReallyCrash of apimachinery says, since one bad object should not keep all others from being
// reconciled. A function that calls runtime.Goexit is treated in the same way, but the object is not tried again before it changes.
package controller
