// Package shards tests replicas that share the objects of a real API server, with and without the feature gate ShardedListAndWatch. There
// are four processes. While objects change, some are killed and started again, and some are stopped for longer than their lease. Each
// process logs its actions on objects, and the test checks the logs. The long form, with 100,000 objects and 100 changes a second, is a
// part of hack/long.sh shards.
package shards
