// Package dynamic is a client for resources without Go types: objects are *unstructured.Unstructured, and group,
// version and plural name a resource.
//
//	client, err := dynamic.NewForConfig(config)
//	…
//	robots := client.Resource(schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"})
//	robot, err := robots.Namespace("factory").Get(ctx, "r2", metav1.GetOptions{})
//
// Errors of the server are those of k8s.io/apimachinery/pkg/api/errors. If the server does not serve the resource, or
// serves it with the other scope, the error is a [NoSuchResourceError] that wraps the server's error.
//
// Package dynamicinformer caches such objects, and package dynamiclister reads the caches.
package dynamic
