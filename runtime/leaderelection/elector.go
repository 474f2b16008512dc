package leaderelection

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/internal/term"
	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
)

// LeaderElector is a candidate. Make one with NewLeaderElector.
type LeaderElector struct {
	config LeaderElectionConfig
	clock  clock.Clock
	metric LeaderMetric

	mu     sync.RWMutex
	record resourcelock.LeaderElectionRecord // as it was last read or written
	seen   time.Time                         // when that was, on this candidate's clock

	// These belong to Run.
	raw      []byte    // the record as the lock has last returned it
	renewed  time.Time // its time of renewal, which may be more exact than raw
	missing  time.Time // since when there is no record, though there was one
	leading  bool
	reported string // the leader of the last call of OnNewLeader
	told     chan struct{}
}

// NewLeaderElector returns a candidate, or an error that says what is wrong with its configuration.
func NewLeaderElector(lec LeaderElectionConfig) (*LeaderElector, error) {
	if err := lec.check(); err != nil {
		return nil, err
	}
	le := &LeaderElector{config: lec, clock: clock.RealClock{}, metric: newMetric()}
	le.metric.Off(lec.Name)
	return le, nil
}

// RunOrDie makes a candidate and runs it. It panics if the configuration is wrong.
func RunOrDie(ctx context.Context, lec LeaderElectionConfig) {
	le, err := NewLeaderElector(lec)
	if err != nil {
		panic(err)
	}
	if lec.WatchDog != nil {
		lec.WatchDog.SetLeaderElection(le)
	}
	le.Run(ctx)
}

// Run waits until the candidate leads, and then renews its lease. It returns when the context ends or the candidate does not lead
// any more. It may be called again.
func (le *LeaderElector) Run(ctx context.Context) {
	defer utilruntime.HandleCrashWithContext(ctx)
	defer le.config.Callbacks.OnStoppedLeading()
	begun, ok := le.acquire(ctx)
	if !ok {
		return
	}
	le.leading = true
	work := term.New(ctx, le.clock, le.config.RenewDeadline, begun)
	defer work.End(context.Canceled)
	go le.config.Callbacks.OnStartedLeading(work)
	le.renew(ctx, work)
}

// GetLeader returns the leader that was last seen, or an empty string.
func (le *LeaderElector) GetLeader() string {
	record, _ := le.observed()
	return record.HolderIdentity
}

// IsLeader reports whether this candidate was the leader when the record was last seen.
func (le *LeaderElector) IsLeader() bool {
	return le.GetLeader() == le.config.Lock.Identity()
}

// acquire waits until the candidate leads. It returns when it began the request that made it the leader, or false when the context
// has ended.
func (le *LeaderElector) acquire(ctx context.Context) (begun time.Time, ok bool) {
	logger, lock := klog.FromContext(ctx), le.config.Lock.Describe()
	logger.Info("Attempting to acquire leader lease...", "lock", lock)
	for ctx.Err() == nil {
		begun = le.clock.Now()
		outcome := le.attempt(ctx, begun)
		le.reportLeader()
		if outcome == held {
			le.config.Lock.RecordEvent("became leader")
			le.metric.On(le.config.Name)
			logger.Info("Successfully acquired lease", "lock", lock)
			return begun, true
		}
		pause(ctx, time.Duration(float64(le.config.RetryPeriod)*(1+JitterFactor*rand.Float64()))) //nolint:gosec // no secret
	}
	return begun, false
}

// errLost is the cause of the end of a term in which another candidate took the lead.
var errLost = errors.New("another candidate leads")

// renew renews the lease until the term ends or someone else leads.
func (le *LeaderElector) renew(ctx context.Context, work *term.Term) {
	defer le.config.Lock.RecordEvent("stopped leading")
	logger, lock := klog.FromContext(ctx), le.config.Lock.Describe()
	for {
		pause(work, le.config.RetryPeriod)
		if work.Err() != nil {
			break
		}
		begun := le.clock.Now()
		outcome := le.attempt(work, begun)
		le.reportLeader()
		if outcome == lost {
			work.End(errLost)
			break
		}
		if outcome == held {
			work.Extend(begun)
			logger.V(5).Info("Successfully renewed lease", "lock", lock)
		}
	}
	le.leading = false
	le.metric.Off(le.config.Name)
	if ctx.Err() == nil { // stepping down when the context ends is not a failure
		logger.Info("Failed to renew lease", "lock", lock, "err", context.Cause(work))
	}
	if le.config.ReleaseOnCancel {
		le.stepDown(ctx)
	}
}

// stepDown lets another candidate lead at once, if the lease is still this one's.
func (le *LeaderElector) stepDown(ctx context.Context) {
	if err := le.release(context.WithoutCancel(ctx)); err != nil {
		klog.FromContext(ctx).Error(err, "Failed to release lease", "lock", le.config.Lock.Describe())
	}
}

// pause returns after some time, or when the context is done.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// observed returns the record as it was last seen, and when that was.
func (le *LeaderElector) observed() (resourcelock.LeaderElectionRecord, time.Time) {
	le.mu.RLock()
	defer le.mu.RUnlock()
	return le.record, le.seen
}

// observe notes a record. The time is not before the record was read or written, so that others than the leader never wait for
// too short a time.
func (le *LeaderElector) observe(record *resourcelock.LeaderElectionRecord) {
	le.mu.Lock()
	defer le.mu.Unlock()
	le.record, le.seen = *record, le.clock.Now()
}

// reportLeader calls OnNewLeader if there is a new one. Calls do not overlap and are in order.
func (le *LeaderElector) reportLeader() {
	leader := le.GetLeader()
	if leader == le.reported {
		return
	}
	le.reported = leader
	if le.config.Callbacks.OnNewLeader == nil {
		return
	}
	before, done := le.told, make(chan struct{})
	le.told = done
	go func() {
		defer close(done)
		if before != nil {
			<-before
		}
		le.config.Callbacks.OnNewLeader(leader)
	}()
}
