package leaderelection

import (
	"context"
	"errors"
	"time"

	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
)

// JitterFactor is how much the pauses of a candidate that does not lead vary: each is a random time between RetryPeriod and
// RetryPeriod * (1 + JitterFactor).
const JitterFactor = 1.2

// LeaderElectionConfig configures a candidate. All candidates of an election should have the same durations; Kubernetes'
// components use 15 s, 10 s and 2 s.
type LeaderElectionConfig struct {
	// Lock is the record that the candidates share.
	Lock resourcelock.Interface
	// LeaseDuration is how long others wait after the last renewal that they saw before they lead. The record stores it in whole
	// seconds, rounded up.
	LeaseDuration time.Duration
	// RenewDeadline is how long a leader leads after its last renewal. It must be less than LeaseDuration.
	RenewDeadline time.Duration
	// RetryPeriod is the pause between attempts to lead or to renew.
	RetryPeriod time.Duration
	// Callbacks are called when the leader changes.
	Callbacks LeaderCallbacks
	// WatchDog is a health check of the candidate, which RunOrDie connects. It may be nil.
	WatchDog *HealthzAdaptor
	// ReleaseOnCancel lets another candidate lead at once when the context of Run ends. The leader's work must have ended before
	// that context ends.
	ReleaseOnCancel bool
	// Name is the name of the election in metrics and in the health check.
	Name string
	// Coordinated lets the server choose the leader; the candidate only renews.
	Coordinated bool
}

// LeaderCallbacks are called by Run.
type LeaderCallbacks struct {
	// OnStartedLeading is called, in a goroutine of its own, when the candidate begins to lead. Its work must end with the context.
	OnStartedLeading func(context.Context)
	// OnStoppedLeading is called when Run ends, even if the candidate has never led.
	OnStoppedLeading func()
	// OnNewLeader is called when the candidate sees another leader than before, which may be itself, in the order of what it saw.
	// It is empty when a leader has stepped down. It may be nil.
	OnNewLeader func(identity string)
}

// check returns what is wrong with the configuration.
func (c *LeaderElectionConfig) check() error {
	switch {
	case c.LeaseDuration <= c.RenewDeadline:
		return errors.New("leaseDuration must be greater than renewDeadline")
	case c.RenewDeadline <= time.Duration(JitterFactor*float64(c.RetryPeriod)):
		return errors.New("renewDeadline must be greater than retryPeriod*JitterFactor")
	case c.LeaseDuration < 1:
		return errors.New("leaseDuration must be greater than zero")
	case c.RenewDeadline < 1:
		return errors.New("renewDeadline must be greater than zero")
	case c.RetryPeriod < 1:
		return errors.New("retryPeriod must be greater than zero")
	case c.Callbacks.OnStartedLeading == nil:
		return errors.New("OnStartedLeading callback must not be nil")
	case c.Callbacks.OnStoppedLeading == nil:
		return errors.New("OnStoppedLeading callback must not be nil")
	case c.Lock == nil:
		return errors.New("Lock must not be nil.") //nolint:revive,staticcheck // client-go's words
	case c.Lock.Identity() == "":
		return errors.New("Lock identity is empty") //nolint:staticcheck // client-go's words
	}
	return nil
}
