// Package leaderelection elects one of several candidates as the leader, by a Lease that the leader renews. The names are those of
// client-go's tools/leaderelection.
//
//	candidate := resourcelock.ResourceLockConfig{Identity: podName}
//	lock, err := resourcelock.NewFromKubeconfig(resourcelock.LeasesResourceLock, namespace, "my-controller", candidate, config, 10*time.Second)
//	…
//	return leaderelection.Lead(ctx, leaderelection.LeaderElectionConfig{Lock: lock}, controller.Run)
//
// Most programs need [Lead] only. LeaderElector has client-go's callbacks.
//
// # What it promises
//
// A leader may go on until RenewDeadline after it began its last successful renewal. Then the context of OnStartedLeading is done,
// whatever the requests to the server are doing. Others do not lead before LeaseDuration after they saw the last renewal, which is
// later. So there are never two leaders at once, provided that a leader's work ends with its context and in less than the
// difference of the two, and that clocks run at about the same speed; they need not show the same time.
//
// A process that was stopped for a while wakes up with a context whose Err is not nil, even before a timer has fired: work that
// checks the context before each step takes no further step. The process can still be stopped between the check and the step. If that
// matters, the server has to refuse the step, by a precondition on the object that is written.
//
// # A Lease that others touch
//
//   - Deleted: the leader makes a new one with its next renewal. Another candidate that has seen the Lease waits for LeaseDuration
//     first, which is safe if nobody deletes the Lease twice in that time. A candidate that has not
//     seen the Lease leads at once, and the old leader ends with its next renewal, after RetryPeriod at most.
//   - Rewritten to name another leader: the leader ends with its next renewal, after RetryPeriod at most.
//   - Rewritten without a leader: the same as a leader that stepped down. The first one to write leads, and the old leader ends with its next
//     renewal, after RetryPeriod at most.
//   - Rewritten without a duration: others wait for their own LeaseDuration.
//   - Labels, annotations or other fields: the leader renews it after a conflict, and leaves labels and annotations alone.
package leaderelection
