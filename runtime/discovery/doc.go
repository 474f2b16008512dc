// Package discovery asks an API server what it serves: groups, versions, resources, its own version, and the OpenAPI
// documents that describe them.
//
// [DiscoveryClient] asks the server every time; package cached/memory keeps the answers of one process, package
// cached/disk shares them between processes. All three are [DiscoveryInterface] and [DiscoveryInterfaceWithContext];
// calls without a context are the same as those with, under an empty one.
//
// A server that cannot tell about some of its groups, because an aggregated API server behind it is down, does not keep
// the rest from being known: calls that return resources then return what there is together with an
// [ErrGroupDiscoveryFailed], which holds the cause for each group-version. Test for it with
// [GroupDiscoveryFailedErrorGroups].
//
// Servers since 1.27 answer with everything in two requests (aggregated discovery); for older ones, one request a
// group-version is sent, at most 32 at a time.
package discovery
