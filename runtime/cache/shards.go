package cache

import (
	"github.com/typewright/typewright/runtime/cache/internal/core"
	"github.com/typewright/typewright/runtime/internal/shard"
)

// Shards are the objects that this process holds while other processes hold the others: *sharding.Membership of package sharding. An
// informer with Shards in its options keeps these objects and no others, as they change:
//
//   - It lists what was gained, asking the server for the latest state, and adds it to what there is. Handlers get additions, with
//     isInInitialList set.
//   - What was lost leaves the store, and a [LeftHandler] is told. The server is not asked. Nobody else gets these objects before all
//     handlers of the informer have been told, unless the lease has run out.
//   - A handler is not called with an object that the process does not hold at that moment, OnLeft aside.
//
// The informer has synced once it has listed what the process holds; if that is nothing, it waits. An object that is deleted while it
// goes from one process to another is seen by neither: programs that must know of deletions use finalizers, as for deletions while
// they do not run. The transform must keep uid and namespace.
//
// The server selects if it knows how (KEP-5866, gate ShardedListAndWatch). Otherwise it sends everything; the informer leaves out what
// is not held, and [ShardStatus] says so. Lists are not streamed (WatchList).
//
// Field names what is hashed. Follow and Enter are documented at sharding.Membership.
type Shards = core.Shards

// ShardSet is a set of hashes: sharding.Set.
type ShardSet = shard.Set

// ShardStatus says what an informer with Shards has.
type ShardStatus = core.ShardStatus
