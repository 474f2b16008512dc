// Package dynamic is a client for resources whose Go types no one compiled in: objects are maps
// (*unstructured.Unstructured), and a resource is named by group, version and plural.
//
//	client, err := dynamic.NewForConfig(config)
//	…
//	robots := client.Resource(schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"})
//	robot, err := robots.Namespace("factory").Get(ctx, "r2", metav1.GetOptions{})
//
// Errors of the server are those of k8s.io/apimachinery/pkg/api/errors. Where the server does not know the place that a
// request went to, because the resource is not served or its scope is the other one, the error is a
// [NoSuchResourceError] around it.
//
// Package dynamicinformer keeps caches of such objects, package dynamiclister reads them.
package dynamic
