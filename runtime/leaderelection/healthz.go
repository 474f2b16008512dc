package leaderelection

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// HealthzAdaptor is a health check that fails if this process leads and has not renewed its lease in time, so that a leader that
// hangs is restarted. It can be served before there is an elector, and is healthy until then.
type HealthzAdaptor struct {
	timeout time.Duration

	mu      sync.Mutex
	elector *LeaderElector
}

// NewLeaderHealthzAdaptor returns a health check that fails when so much time has passed since the lease ended.
func NewLeaderHealthzAdaptor(timeout time.Duration) *HealthzAdaptor {
	return &HealthzAdaptor{timeout: timeout}
}

// Name returns the name of the check.
func (l *HealthzAdaptor) Name() string { return "leaderElection" }

// Check returns an error if the leader is not healthy.
func (l *HealthzAdaptor) Check(*http.Request) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.elector == nil {
		return nil
	}
	return l.elector.Check(l.timeout)
}

// SetLeaderElection says which elector is checked.
func (l *HealthzAdaptor) SetLeaderElection(le *LeaderElector) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.elector = le
}

// Check returns an error if this process leads and its lease ended longer ago than that.
func (le *LeaderElector) Check(maxTolerableExpiredLease time.Duration) error {
	record, seen := le.observed()
	if record.HolderIdentity == le.config.Lock.Identity() && le.clock.Since(seen) > le.config.LeaseDuration+maxTolerableExpiredLease {
		return fmt.Errorf("failed election to renew leadership on lease %s", le.config.Name)
	}
	return nil
}
