// Package memory caches discovery in one process.
//
//	cached := memory.NewMemCacheClient(client) // a discovery client
//	list, err := cached.ServerResourcesForGroupVersion("apps/v1")
//	cached.Invalidate()
//
// The first call fetches everything from the server; later calls read the cache until Invalidate. A group-version that
// is not in the cache is not fetched: on [ErrCacheNotFound], call Invalidate and try again. Only a group-version that
// failed transiently (the server was overloaded or unreachable, or the context ended), or that had no resources, is
// fetched again at its next use.
package memory
