// Package faults runs informers and writers while a real API server, its etcd and the network fail, in random schedules. After the last
// fault
//
//   - each informer's store must equal the list of an independent client that does not use the faulty network;
//   - each acknowledged write must be there; a failed write may or may not be;
//   - each handler must have received the events of an object in a valid order: an addition, updates, a deletion;
//   - no goroutines may leak.
//
// The tests run a dozen schedules; "hack/long.sh faults" runs 200. A failure prints its seed and steps:
//
//	go test ./faults -run 'TestSchedules' -faults.seed=17 -faults.schedules=1 -v
//
// The soak test (../cmd/soak) runs the same faults for a long time.
package faults
