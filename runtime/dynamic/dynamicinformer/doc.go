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
// The indexers hold *unstructured.Unstructured itself; robots.Informer() is a
// cache.TypedSharedIndexInformer[*unstructured.Unstructured].
package dynamicinformer
