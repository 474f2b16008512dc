// Package metadatainformer caches the metadata of objects: it has informers of *metav1.PartialObjectMetadata, by
// resource. Use them like those of package dynamicinformer; they need a fraction of the memory.
//
//	factory := metadatainformer.NewSharedInformerFactory(client, 0)
//	pods := factory.ForResource(schema.GroupVersionResource{Version: "v1", Resource: "pods"})
//	pods.Informer().AddEventHandler(handler)
//	factory.Start(ctx.Done())
package metadatainformer
