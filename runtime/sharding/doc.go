// Package sharding lets the replicas of a program share the objects of a cluster: each object belongs to one replica at a time, by the
// hash of its uid or its namespace. The replicas agree by Leases, which every cluster has; each replica has one.
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
// The hashes of a member are a pure function of the live members and their capacities. When a member joins or leaves, about 1/N of the
// hashes move. No member is more than five per cent from its share.
//
// A member writes the ranges that it holds into its Lease. To take a range, it first writes a claim into its Lease, and then reads all
// Leases. It begins to handle the range only if no other Lease has it. Of two members that claim a range at once, the one whose Lease has
// the later name withdraws its claim. To hand over a range, a member refuses new work on it, waits for the work in flight, and then
// removes the range from its Lease. A member deletes the Lease of another one that was not renewed for its duration and MaxSkew, by its own
// clock, with the precondition that the Lease has not changed. Then its ranges are free, and a renewal that comes too late fails.
//
// # Guarantees
//
// No two members handle a hash at once, as long as the rates of their clocks differ by no more than MaxSkew within a lease duration,
// and as long as handlers heed their contexts: a member that cannot renew ends the contexts of its handlers before its Lease runs
// out. The clocks need not show the same time. A process that is stopped (SIGSTOP, a suspended machine) and goes on after its Lease ran
// out sees that its context has ended, because Err checks the clock; a request that it had sent before can still arrive. If that
// matters, send updates with the resource version that was read.
//
// After a member has died its hashes have no handler for at most the lease duration, MaxSkew and one renewal period. A member
// that leaves hands over at once.
package sharding
