// Package sharding lets the replicas of a program share the objects of a cluster: each object belongs to one replica at a time, by the
// hash of its uid or its namespace. What carries the agreement are Leases, one for each member, which every cluster has.
//
//	members, err := sharding.Join(ctx, client.CoordinationV1().Leases("fleet"), sharding.Options{Group: "fleet", Identity: podName})
//	…
//	work, done, ok := members.Begin(ctx, robot) // ok is false if the robot belongs to another member
//	if ok {
//		defer done()
//		return reconcile(work, robot)
//	}
//
// # How it works
//
// Which hashes a member should have is a pure function of the live members and their capacities. When a member comes or goes about
// 1/N of the hashes move, and no member is more than five per cent from its share.
//
// A member writes into its Lease what it holds. To take a range, it writes the claim into its Lease first, and then reads all Leases:
// only if no other Lease has the range does it begin to handle it. Of two members that claim at once, the one whose identity sorts
// later steps back. To give a range away, a member refuses new work on it, waits for the work in flight, and then takes it out of its
// Lease. A Lease that was not renewed for its duration and MaxSkew, by the watch of the member who looks, is deleted on the condition
// that it has not changed; what it held is free then, and a renewal that comes too late fails.
//
// # What is promised
//
// No two members handle a hash at once, as long as the rates of their clocks differ by no more than MaxSkew within a lease duration,
// and as long as handlers heed their contexts: a member that cannot renew ends the contexts of its handlers before its Lease runs
// out. The clocks need not show the same time. A process that is stopped (SIGSTOP, a suspended machine) and goes on after its Lease ran
// out sees that its context has ended, because Err asks the clock; a request that it had sent before can still arrive. Where that
// matters, send updates with the resource version that was read.
//
// After a member has died its hashes are without a handler for at most the lease duration, MaxSkew and one renewal period. A member
// that leaves hands over at once.
package sharding
