package leaderelection

import (
	"bytes"
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
)

// outcome is the result of an attempt to lead or to renew.
type outcome int

const (
	failed outcome = iota // the record could not be read or written
	held                  // the candidate leads
	lost                  // another candidate leads, or may lead
)

// attempt tries to lead, or to renew the lease. now is the current time.
func (le *LeaderElector) attempt(ctx context.Context, now time.Time) outcome {
	record := le.newRecord(now)
	logger := klog.FromContext(ctx).WithValues("lock", le.config.Lock.Describe())
	if last, _ := le.observed(); !le.config.Coordinated && le.IsLeader() && le.isValid(now) {
		// The record has most likely not changed since this candidate wrote it. If it has, the server refuses the update.
		record.AcquireTime, record.LeaderTransitions = last.AcquireTime, last.LeaderTransitions
		err := le.config.Lock.Update(ctx, record)
		if err == nil {
			le.observe(&record)
			return held
		}
		logger.V(2).Info("Failed to update lease optimistically, falling back to slow path", "err", err)
	}
	old, raw, err := le.config.Lock.Get(ctx)
	switch {
	case apierrors.IsNotFound(err):
		return le.create(ctx, now)
	case err != nil:
		le.missing = time.Time{} // the lease may exist again
		logger.Error(err, "Error retrieving lease lock")
		return failed
	}
	le.missing = time.Time{}
	if !bytes.Equal(le.raw, raw) || !old.RenewTime.Time.Equal(le.renewed) {
		le.observe(old)
		le.raw, le.renewed = raw, old.RenewTime.Time
	}
	if outcome := le.mayWrite(old, now); outcome != held {
		logger.V(4).Info("Lease is held by another candidate, or is not to be renewed", "holder", old.HolderIdentity)
		return outcome
	}
	record = le.newRecord(now)
	record.LeaderTransitions = old.LeaderTransitions + 1
	if le.IsLeader() {
		record.AcquireTime, record.LeaderTransitions = old.AcquireTime, old.LeaderTransitions
		le.metric.SlowpathExercised(le.config.Name)
	}
	if le.config.Coordinated {
		record.Strategy = old.Strategy
	}
	if err := le.config.Lock.Update(ctx, record); err != nil {
		logger.Error(err, "Failed to update lease")
		return failed
	}
	le.observe(&record)
	return held
}

// mayWrite returns held if the candidate may write itself into the record that it has read.
func (le *LeaderElector) mayWrite(old *resourcelock.LeaderElectionRecord, now time.Time) outcome {
	mine := old.HolderIdentity == le.config.Lock.Identity()
	if le.config.Coordinated {
		if !mine || !le.isValid(now) || old.PreferredHolder != "" {
			return lost // the server chooses the leader, and may ask it to stop
		}
		return held
	}
	if old.HolderIdentity != "" && !mine && le.isValid(now) {
		return lost
	}
	return held
}

// create creates the record. If this candidate has seen a record before, the record was deleted, and its holder may not have noticed yet.
// Then the candidate waits for as long as that holder may lead.
func (le *LeaderElector) create(ctx context.Context, now time.Time) outcome {
	logger := klog.FromContext(ctx).WithValues("lock", le.config.Lock.Describe())
	if le.config.Coordinated {
		logger.Info("Lease lock not found")
		return failed
	}
	if _, seen := le.observed(); !seen.IsZero() && !le.leading {
		if le.missing.IsZero() {
			le.missing = le.clock.Now()
		}
		if le.missing.Add(le.config.LeaseDuration).After(now) {
			logger.Info("Lease lock was deleted, and its holder may still lead")
			return failed
		}
	}
	record := le.newRecord(now)
	if err := le.config.Lock.Create(ctx, record); err != nil {
		logger.Error(err, "Error initially creating lease lock")
		return failed
	}
	le.missing = time.Time{}
	le.observe(&record)
	return held
}

// newRecord returns the record of a candidate that begins to lead.
func (le *LeaderElector) newRecord(now time.Time) resourcelock.LeaderElectionRecord {
	return resourcelock.LeaderElectionRecord{
		HolderIdentity:       le.config.Lock.Identity(),
		LeaseDurationSeconds: int((le.config.LeaseDuration + time.Second - 1) / time.Second),
		RenewTime:            metav1.NewTime(now),
		AcquireTime:          metav1.NewTime(now),
	}
}

// isValid reports whether the lease of the last seen record has not expired.
func (le *LeaderElector) isValid(now time.Time) bool {
	record, seen := le.observed()
	duration := time.Duration(record.LeaseDurationSeconds) * time.Second
	if duration <= 0 {
		duration = le.config.LeaseDuration
	}
	return seen.Add(duration).After(now)
}

// release lets others lead at once, if the record still names this candidate. It tries again after conflicts, such as with a renewal
// that was under way when the context ended.
func (le *LeaderElector) release(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, le.config.RenewDeadline)
	defer cancel()
	for {
		old, _, err := le.config.Lock.Get(ctx)
		if err != nil {
			return fmt.Errorf("read the lease: %w", err)
		}
		if old.HolderIdentity != le.config.Lock.Identity() {
			le.observe(old)
			return nil
		}
		now := metav1.NewTime(le.clock.Now())
		record := resourcelock.LeaderElectionRecord{LeaderTransitions: old.LeaderTransitions, LeaseDurationSeconds: 1, RenewTime: now, AcquireTime: now}
		err = le.config.Lock.Update(ctx, record)
		if err == nil {
			le.observe(&record)
			return nil
		}
		if !apierrors.IsConflict(err) {
			return fmt.Errorf("write the lease: %w", err)
		}
	}
}
