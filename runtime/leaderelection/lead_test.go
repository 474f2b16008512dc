package leaderelection

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/typewright/typewright/runtime/internal/term"
)

// leadRun is a running call of Lead in a synctest bubble.
type leadRun struct {
	*server
	lock *lock
	stop context.CancelFunc
	work chan context.Context // receives the context of work when work begins
	done chan error           // a value ends work, which returns it
	err  chan error           // receives what Lead returns
}

func startLead(t *testing.T, s *server, id string) *leadRun {
	t.Helper()
	p := &leadRun{
		server: s, lock: &lock{server: s, id: id, transmit: fastNetwork},
		work: make(chan context.Context, 1), done: make(chan error), err: make(chan error, 1),
	}
	ctx, cancel := context.WithCancel(quietContext(t))
	p.stop = cancel
	go func() {
		p.err <- Lead(ctx, LeaderElectionConfig{Lock: p.lock}, func(ctx context.Context) error {
			p.work <- ctx
			return <-p.done
		})
	}()
	return p
}

func (p *leadRun) holder() string {
	if record := p.read(); record != nil {
		return record.HolderIdentity
	}
	return ""
}

func TestLeadReleasesLeaseAfterWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		first := startLead(t, s, "first")
		working := <-first.work
		second := startLead(t, s, "second")
		first.stop()
		<-working.Done()
		assert.ErrorIs(t, working.Err(), context.Canceled)

		time.Sleep(time.Minute) // the work takes longer than a lease
		assert.Equal(t, "first", first.holder())
		assert.Empty(t, second.work)
		first.done <- nil
		assert.NoError(t, <-first.err)

		time.Sleep(5 * time.Second) // less than the 15 s of a lease
		assert.Equal(t, "second", first.holder())
		<-second.work
		second.stop()
		second.done <- nil
		assert.NoError(t, <-second.err)
		assert.Empty(t, first.holder())
	})
}

func TestLeadReturnsWhatWorkReturns(t *testing.T) {
	failed := errors.New("failed")
	for name, want := range map[string]error{"an error": failed, "none": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := startLead(t, &server{}, "first")
				defer p.stop()
				<-p.work
				p.done <- want
				assert.Equal(t, want, <-p.err)
				assert.Empty(t, p.holder())
			})
		})
	}
}

func TestLeadLosesLease(t *testing.T) {
	failed := errors.New("failed")
	for name, test := range map[string]struct {
		lose  func(p *leadRun)
		cause error
	}{
		"the server is unreachable": {
			func(p *leadRun) { p.lock.setTransmit(func(context.Context) error { return errors.New("refused") }) }, term.ErrDeadline,
		},
		"another candidate leads": {func(p *leadRun) {
			other := *p.read()
			other.HolderIdentity = "other"
			p.write(&other)
		}, errLost},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := startLead(t, &server{}, "first")
				defer p.stop()
				working := <-p.work
				test.lose(p)
				<-working.Done()
				assert.ErrorIs(t, context.Cause(working), test.cause)
				time.Sleep(time.Minute)
				assert.Empty(t, p.err, "Lead returned before work")
				p.done <- failed
				err := <-p.err
				assert.ErrorIs(t, err, ErrNotLeading)
				assert.ErrorIs(t, err, test.cause)
				assert.ErrorIs(t, err, failed)
			})
		})
	}
}

func TestLeadStopsBeforeLeading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		first := startLead(t, s, "first")
		<-first.work
		second := startLead(t, s, "second")
		time.Sleep(time.Minute)
		second.stop()
		assert.NoError(t, <-second.err)
		first.stop()
		first.done <- context.Canceled
		assert.Equal(t, context.Canceled, <-first.err)
	})
	assert.ErrorContains(t, Lead(t.Context(), LeaderElectionConfig{}, nil), "Lock must not be nil")
}

// Err reports that the term is over as soon as the clock says so, before any timer has fired: a process may have been stopped for longer
// than its lease.
func TestWorkContextChecksClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &skewedClock{}
		le, err := NewLeaderElector(LeaderElectionConfig{
			Lock: &lock{server: &server{}, id: "first", transmit: fastNetwork}, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second,
			RetryPeriod: time.Second, Callbacks: LeaderCallbacks{OnStartedLeading: func(context.Context) {}, OnStoppedLeading: func() {}},
		})
		assert.NoError(t, err)
		le.clock = c
		err = le.lead(quietContext(t), c.Now(), func(ctx context.Context) error {
			assert.NoError(t, ctx.Err())
			c.by = 11 * time.Second
			assert.Error(t, ctx.Err())
			return ctx.Err()
		})
		assert.ErrorIs(t, err, ErrNotLeading)
	})
}
