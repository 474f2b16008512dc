// Package restmapper maps kinds to resources and resources to kinds, as a server's discovery describes them.
//
//	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client)) // a discovery client
//	mapping, err := mapper.RESTMapping(schema.GroupKind{Group: "apps", Kind: "Deployment"})
//	resource, err := restmapper.NewShortcutExpander(mapper, client, nil).ResourceFor(schema.GroupVersionResource{Resource: "deploy"})
//
// [NewDiscoveryRESTMapper] maps with documents fetched before. A [DeferredDiscoveryRESTMapper] fetches them at first
// use, and again when a lookup finds nothing and they may be old. [NewShortcutExpander] adds short names ("po",
// "deploy") to a mapper, and a [CategoryExpander] expands a category ("all") to its resources.
//
// An ambiguous name is a *meta.AmbiguousResourceError or *meta.AmbiguousKindError that lists the candidates. An unknown
// name is a *meta.NoResourceMatchError or *meta.NoKindMatchError; see meta.IsNoMatchError. The mappers themselves are
// those of k8s.io/apimachinery/pkg/api/meta.
package restmapper
