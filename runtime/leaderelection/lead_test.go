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

// post is a candidate that runs Lead in a bubble of synctest.
type post struct {
	*server
	lock *lock
	stop context.CancelFunc
	work chan context.Context // gets the context of work
	done chan error           // ends work
	err  chan error           // what Lead has returned
}

func newPost(t *testing.T, s *server, id string) *post {
	t.Helper()
	p := &post{
		server: s, lock: &lock{server: s, id: id, trip: quick},
		work: make(chan context.Context, 1), done: make(chan error), err: make(chan error, 1),
	}
	ctx, cancel := context.WithCancel(silent(t))
	p.stop = cancel
	go func() {
		p.err <- Lead(ctx, LeaderElectionConfig{Lock: p.lock}, func(ctx context.Context) error {
			p.work <- ctx
			return <-p.done
		})
	}()
	return p
}

func (p *post) holder() string {
	if record := p.read(); record != nil {
		return record.HolderIdentity
	}
	return ""
}

func TestLeadGivesUpTheLeaseAfterWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		first := newPost(t, s, "first")
		working := <-first.work
		second := newPost(t, s, "second")
		first.stop()
		<-working.Done()
		assert.ErrorIs(t, working.Err(), context.Canceled)

		time.Sleep(time.Minute) // what is in progress takes longer than a lease
		assert.Equal(t, "first", first.holder())
		assert.Empty(t, second.work)
		first.done <- nil
		assert.NoError(t, <-first.err)

		time.Sleep(5 * time.Second) // not the 15 of a lease
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
				p := newPost(t, &server{}, "first")
				defer p.stop()
				<-p.work
				p.done <- want
				assert.Equal(t, want, <-p.err)
				assert.Empty(t, p.holder())
			})
		})
	}
}

func TestLeadThatIsLost(t *testing.T) {
	failed := errors.New("failed")
	for name, test := range map[string]struct {
		lose  func(p *post)
		cause error
	}{
		"the server is away": {
			func(p *post) { p.lock.setTrip(func(context.Context) error { return errors.New("refused") }) }, term.ErrDeadline,
		},
		"another leads": {func(p *post) {
			other := *p.read()
			other.HolderIdentity = "other"
			p.write(&other)
		}, errLost},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPost(t, &server{}, "first")
				defer p.stop()
				working := <-p.work
				test.lose(p)
				<-working.Done()
				assert.ErrorIs(t, context.Cause(working), test.cause)
				time.Sleep(time.Minute)
				assert.Empty(t, p.err, "work has not returned")
				p.done <- failed
				err := <-p.err
				assert.ErrorIs(t, err, ErrNotLeading)
				assert.ErrorIs(t, err, test.cause)
				assert.ErrorIs(t, err, failed)
			})
		})
	}
}

func TestLeadThatNeverLeads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		first := newPost(t, s, "first")
		<-first.work
		second := newPost(t, s, "second")
		time.Sleep(time.Minute)
		second.stop()
		assert.NoError(t, <-second.err)
		first.stop()
		first.done <- context.Canceled
		assert.Equal(t, context.Canceled, <-first.err)
	})
	assert.ErrorContains(t, Lead(t.Context(), LeaderElectionConfig{}, nil), "Lock must not be nil")
}

// A program that was stopped past its lease learns it from Err, before any timer has fired.
func TestContextOfWorkAsksTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &skewed{}
		le, err := NewLeaderElector(LeaderElectionConfig{
			Lock: &lock{server: &server{}, id: "first", trip: quick}, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second,
			RetryPeriod: time.Second, Callbacks: LeaderCallbacks{OnStartedLeading: func(context.Context) {}, OnStoppedLeading: func() {}},
		})
		assert.NoError(t, err)
		le.clock = c
		err = le.lead(silent(t), c.Now(), func(ctx context.Context) error {
			assert.NoError(t, ctx.Err())
			c.by = 11 * time.Second
			assert.Error(t, ctx.Err())
			return ctx.Err()
		})
		assert.ErrorIs(t, err, ErrNotLeading)
	})
}
