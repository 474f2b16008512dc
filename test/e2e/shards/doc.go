// Package shards tests replicas that share the objects of a real API server, with and without the feature gate ShardedListAndWatch: four
// processes, of which some are killed, stopped past their lease and started again while objects change. Each process logs what it does
// to which object; the logs are checked from outside. The long form takes flags:
//
//	go test ./shards -shards.objects 100000 -shards.rate 100 -shards.rounds 20 -timeout 2h
package shards
