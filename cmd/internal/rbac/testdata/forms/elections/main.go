// Command elections elects a leader and records events.
package main

import (
	"context"
	"time"

	"github.com/typewright/typewright/runtime/events"
	"github.com/typewright/typewright/runtime/leaderelection"
	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
	"github.com/typewright/typewright/runtime/record"
	"github.com/typewright/typewright/runtime/rest"
)

const namespace = "system"

func main() {
	lock, _ := resourcelock.NewFromKubeconfig("leases", namespace, "a", resourcelock.ResourceLockConfig{}, &rest.Config{}, time.Second) // needs get, create, update leases in namespace system
	other := &resourcelock.LeaseLock{}                                                                                                  // needs get, create, update leases
	_, _ = leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{Lock: lock})
	_, _ = leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{Lock: other})
	record.NewBroadcaster().StartRecordingToSink(nil)                                    // needs create, patch events
	_ = events.NewBroadcaster(nil).StartRecordingToSinkWithContext(context.Background()) // needs create, patch events
}
