// Package restmapper finds the resource of a kind and the kind of a resource from what a server's discovery tells.
//
// [NewDiscoveryRESTMapper] maps by documents that were fetched before; a [DeferredDiscoveryRESTMapper] fetches them when
// it is first asked, and again when it does not find something and its documents may be old. [NewShortcutExpander] adds
// short names ("po", "deploy") to a mapper, and a [CategoryExpander] turns a category ("all") into its resources.
//
// What could mean several things is an error that lists them: *meta.AmbiguousResourceError or
// *meta.AmbiguousKindError. What means nothing is a *meta.NoResourceMatchError or *meta.NoKindMatchError; see
// meta.IsNoMatchError. The mappers themselves are those of k8s.io/apimachinery/pkg/api/meta.
package restmapper
