// Package discovery finds out what an API server serves: groups, versions, resources, its own version, and its OpenAPI
// documents.
//
//	client, err := discovery.NewDiscoveryClientForConfig(config)
//	…
//	version, err := client.ServerVersion()
//	resources, err := client.ServerPreferredResources()
//
// [DiscoveryClient] sends requests every time; package cached/memory caches the responses in one process, package
// cached/disk shares them between processes. All three implement [DiscoveryInterface] and
// [DiscoveryInterfaceWithContext]; calls without a context use an empty one.
//
// If the server fails for some of its groups, because an aggregated API server behind it is down, calls that return
// resources return the others together with an [ErrGroupDiscoveryFailed], which holds the cause for each group-version.
// Test for it with [GroupDiscoveryFailedErrorGroups].
//
// Servers since 1.27 return everything in two requests (aggregated discovery). Older servers need one request a
// group-version, of which at most 32 are sent at the same time.
package discovery
