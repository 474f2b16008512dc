// Package faults has informers watch and writers write while a real API server, its etcd and the network between them break,
// in schedules made from seeds. When all is well again
//
//   - each informer's store must equal what an independent client lists, past the network that broke;
//   - each write that was acknowledged must be there, and of those that were answered with an error each may or may not be;
//   - each handler must have been told of it all in a legal order: an addition, updates, a deletion;
//   - no goroutine may be left.
//
// The tests run a dozen schedules; "make faults" runs 200. A failure prints its seed and steps:
//
//	go test ./faults -run 'TestSchedules' -faults.seed=17 -faults.schedules=1 -v
//
// The soak (../cmd/soak) is the same world for a long time.
package faults
