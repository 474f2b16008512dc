// Package shards tests replicas that share the objects of a real API server, with and without the feature gate ShardedListAndWatch: four
// processes, of which some are killed, stopped past their lease and started again while objects change. Each process logs what it does
// to which object; the logs are checked from outside. The long form,
// with 100,000 objects and 100 changes a second, is a part of hack/long.sh shards.
package shards
