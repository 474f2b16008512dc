// Package metadata is a client for the metadata of objects of any kind, for programs that need names, labels, owners or
// finalizers only. It transfers a fraction of the bytes.
//
//	client, err := metadata.NewForConfig(config)
//	…
//	pods := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"})
//	pod, err := pods.Namespace("default").Get(ctx, "web", metav1.GetOptions{})
//
// It requests PartialObjectMetadata, preferably in protobuf. If a server does not support that, it sends whole objects,
// and the client keeps their metadata. If the server does not serve the resource, the error is a
// dynamic.NoSuchResourceError.
//
// Package metadatainformer caches metadata, and package metadatalister reads the caches.
package metadata
