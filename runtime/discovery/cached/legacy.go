// Package memory holds the names that client-go's package discovery/cached once had.
//
// Deprecated: use package discovery/cached/memory.
package memory

import (
	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/memory"
)

// NewMemCacheClient is [memory.NewMemCacheClient].
//
// Deprecated: use package discovery/cached/memory.
func NewMemCacheClient(delegate discovery.DiscoveryInterface) discovery.CachedDiscoveryInterface {
	return memory.NewMemCacheClient(delegate)
}

// ErrCacheNotFound is [memory.ErrCacheNotFound].
//
// Deprecated: use package discovery/cached/memory.
var ErrCacheNotFound = memory.ErrCacheNotFound
