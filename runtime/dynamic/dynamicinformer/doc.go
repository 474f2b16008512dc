// Package dynamicinformer caches objects without Go types: it has informers of *unstructured.Unstructured, by resource.
//
//	factory := dynamicinformer.NewDynamicSharedInformerFactory(client, 0)
//	robots := factory.ForResource(schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"})
//	factory.Start(ctx.Done())
//	factory.WaitForCacheSync(ctx.Done())
//	all, err := robots.Lister().List(labels.Everything())
//	…
//	factory.Shutdown() // once ctx has ended
//
// Maps make caches of unstructured objects large. Where objects are alike, as replicas are, a third of the memory and of the time of a first
// sync is left if they share what is equal:
//
//	options := dynamicinformer.Options{FollowOptions: cache.FollowOptions{SharedValues: new(cache.SharedValues)}}
//	factory := dynamicinformer.NewFactory(client, options)
//
// The indexers hold *unstructured.Unstructured itself; robots.Informer() is a
// cache.TypedSharedIndexInformer[*unstructured.Unstructured].
package dynamicinformer
