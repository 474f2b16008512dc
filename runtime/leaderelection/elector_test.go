package leaderelection

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
)

// election has two candidates. It runs in a synctest bubble.
type election struct {
	*server
	*leadershipLog
	first, second           *LeaderElector
	firstLock, secondLock   *lock
	endFirst, endSecond     context.CancelFunc
	firstEnded, secondEnded chan struct{}
}

// newElection starts two candidates and waits until the first one leads.
func newElection(t *testing.T, change func(*LeaderElectionConfig)) *election {
	t.Helper()
	c := &election{server: &server{}, leadershipLog: &leadershipLog{leading: map[string]bool{}}}
	c.first, c.firstLock = candidate(t, c.server, c.leadershipLog, "first", change)
	c.second, c.secondLock = candidate(t, c.server, c.leadershipLog, "second", change)
	c.endFirst, c.firstEnded = start(t, c.first)
	time.Sleep(time.Second)
	c.endSecond, c.secondEnded = start(t, c.second)
	time.Sleep(10 * time.Second)
	assert.Equal(t, []string{"first"}, c.leaderHistory())
	assert.Equal(t, "first", c.second.GetLeader())
	assert.True(t, c.first.IsLeader())
	assert.False(t, c.second.IsLeader())
	t.Cleanup(func() {
		c.endFirst()
		c.endSecond()
		<-c.firstEnded
		<-c.secondEnded
		assert.Empty(t, c.overlap())
	})
	return c
}

func start(t *testing.T, le *LeaderElector) (context.CancelFunc, chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(quietContext(t))
	ended := make(chan struct{})
	go func() {
		le.Run(ctx)
		close(ended)
	}()
	return cancel, ended
}

func TestLeaderKeepsLeading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newElection(t, nil)
		before := c.read().RenewTime
		time.Sleep(time.Hour)
		assert.Equal(t, []string{"first"}, c.leaderHistory())
		record := c.read()
		assert.Greater(t, record.RenewTime.Sub(before.Time), 59*time.Minute)
		assert.Equal(t, 15, record.LeaseDurationSeconds)
		assert.Zero(t, record.LeaderTransitions)
		assert.Less(t, record.AcquireTime.Time, before.Time)
	})
}

func TestOtherLeadsAfterLeaseExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newElection(t, nil)
		c.endFirst()
		<-c.firstEnded
		time.Sleep(12 * time.Second)
		assert.Equal(t, []string{"first"}, c.leaderHistory())
		time.Sleep(10 * time.Second)
		assert.Equal(t, []string{"first", "second"}, c.leaderHistory())
		assert.Equal(t, 1, c.read().LeaderTransitions)
		assert.Equal(t, []string{"became leader", "stopped leading"}, c.firstLock.events)
	})
}

func TestRelease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newElection(t, func(config *LeaderElectionConfig) { config.ReleaseOnCancel = true })
		c.endFirst()
		<-c.firstEnded
		assert.Empty(t, c.read().HolderIdentity)
		assert.Equal(t, 1, c.read().LeaseDurationSeconds)
		time.Sleep(5 * time.Second)
		assert.Equal(t, []string{"first", "second"}, c.leaderHistory())
	})
}

// A candidate must not release a lease that another candidate has taken over.
func TestReleaseKeepsLeaseOfOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newElection(t, func(config *LeaderElectionConfig) { config.ReleaseOnCancel = true })
		other := *c.read()
		other.HolderIdentity = "other"
		c.write(&other)
		c.endFirst()
		<-c.firstEnded
		assert.Equal(t, "other", c.read().HolderIdentity)
		assert.Equal(t, "other", c.first.GetLeader())
	})
}

// The term ends at the renew deadline, counted from the last renewal, even if a renewal hangs and ignores its context.
func TestTermEndsWhileRequestHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newElection(t, nil)
		last := c.read().RenewTime.Time
		c.firstLock.setTransmit(func(context.Context) error {
			time.Sleep(time.Minute)
			return errors.New("hung")
		})
		time.Sleep(time.Until(last.Add(10*time.Second)) - time.Millisecond)
		synctest.Wait()
		assert.True(t, c.isLeading("first"))
		time.Sleep(2*time.Second + time.Millisecond) // a renewal may have been in progress
		synctest.Wait()
		assert.False(t, c.isLeading("first"))
		time.Sleep(2 * time.Minute)
	})
}

func (b *leadershipLog) isLeading(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.leading[id]
}

func TestLeaseChangedByOthers(t *testing.T) {
	edit := func(f func(r *resourcelock.LeaderElectionRecord)) func(*election) {
		return func(c *election) {
			record := *c.read()
			f(&record)
			c.write(&record)
		}
	}
	for name, test := range map[string]struct {
		change func(*election)
		// leaders are those that have led a minute after the change, in order; nil if this is not checked.
		leaders []string
	}{
		"deleted":   {func(c *election) { c.write(nil) }, []string{"first"}},
		"rewritten": {edit(func(*resourcelock.LeaderElectionRecord) {}), []string{"first"}},
		"no time":   {edit(func(r *resourcelock.LeaderElectionRecord) { r.RenewTime = metav1.Time{} }), []string{"first"}},
		"released":  {edit(func(r *resourcelock.LeaderElectionRecord) { r.HolderIdentity = "" }), nil},
		"stolen":    {edit(func(r *resourcelock.LeaderElectionRecord) { r.HolderIdentity = "other" }), nil},
		"no duration": {edit(func(r *resourcelock.LeaderElectionRecord) {
			r.LeaseDurationSeconds = 0
		}), []string{"first"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newElection(t, nil)
				test.change(c)
				time.Sleep(2*time.Second + 100*time.Millisecond)
				if name == "stolen" {
					assert.False(t, c.isLeading("first"), "another candidate leads")
				}
				time.Sleep(time.Minute)
				if test.leaders != nil {
					assert.Equal(t, test.leaders, c.leaderHistory())
				}
				if name == "released" {
					c.clearOverlap() // the second may lead before the first notices
				}
				assert.Equal(t, name != "stolen" || len(c.leaderHistory()) > 1, c.isLeading("first") != c.isLeading("second"))
			})
		})
	}
}

func TestNewLeadersAreReportedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []string
		c := newElection(t, func(config *LeaderElectionConfig) {
			if config.Lock.Identity() == "second" {
				config.Callbacks.OnNewLeader = func(id string) {
					time.Sleep(20 * time.Second) // longer than a leader leads
					seen = append(seen, id)
				}
			}
		})
		for _, id := range []string{"a", "b", "c"} {
			record := *c.read()
			record.HolderIdentity = id
			c.write(&record)
			time.Sleep(5 * time.Second)
		}
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		assert.Equal(t, []string{"first", "a", "b", "c"}, seen[:4])
	})
}

func TestHealthzAdaptor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		health := NewLeaderHealthzAdaptor(5 * time.Second)
		assert.Equal(t, "leaderElection", health.Name())
		assert.NoError(t, health.Check(nil))
		c := newElection(t, nil)
		health.SetLeaderElection(c.first)
		other := NewLeaderHealthzAdaptor(0)
		other.SetLeaderElection(c.second)
		assert.NoError(t, health.Check(nil))
		c.endSecond()
		c.firstLock.setTransmit(func(context.Context) error { return errors.New("disconnected") })
		time.Sleep(18 * time.Second)
		assert.NoError(t, health.Check(nil))
		time.Sleep(5 * time.Second)
		assert.EqualError(t, health.Check(nil), "failed election to renew leadership on lease robots")
		assert.NoError(t, other.Check(nil))
	})
}

// In a coordinated election a candidate leads once the server has named it, and stops when the server prefers another holder.
func TestCoordinatedElection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := &server{}, &leadershipLog{leading: map[string]bool{}}
		le, _ := candidate(t, s, b, "first", func(c *LeaderElectionConfig) { c.Coordinated = true })
		end, ended := start(t, le)
		time.Sleep(time.Minute)
		assert.Nil(t, s.read(), "the candidate creates no lease")
		s.write(&resourcelock.LeaderElectionRecord{HolderIdentity: "first", LeaseDurationSeconds: 15, Strategy: "OldestEmulationVersion", LeaderTransitions: 3})
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"first"}, b.leaderHistory())
		record := *s.read()
		assert.EqualValues(t, "OldestEmulationVersion", record.Strategy)
		assert.Equal(t, 3, record.LeaderTransitions)
		record.PreferredHolder = "second"
		s.write(&record)
		<-ended
		synctest.Wait()
		assert.False(t, b.isLeading("first"))
		end()
	})
}

func TestInvalidConfig(t *testing.T) {
	valid := func() LeaderElectionConfig {
		return LeaderElectionConfig{
			Lock: &lock{id: "a"}, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 2 * time.Second,
			Callbacks: LeaderCallbacks{OnStartedLeading: func(context.Context) {}, OnStoppedLeading: func() {}},
		}
	}
	for want, change := range map[string]func(*LeaderElectionConfig){
		"leaseDuration must be greater than renewDeadline":            func(c *LeaderElectionConfig) { c.LeaseDuration = c.RenewDeadline },
		"renewDeadline must be greater than retryPeriod*JitterFactor": func(c *LeaderElectionConfig) { c.RetryPeriod = 9 * time.Second },
		"retryPeriod must be greater than zero":                       func(c *LeaderElectionConfig) { c.RetryPeriod = 0 },
		"OnStartedLeading callback must not be nil":                   func(c *LeaderElectionConfig) { c.Callbacks.OnStartedLeading = nil },
		"OnStoppedLeading callback must not be nil":                   func(c *LeaderElectionConfig) { c.Callbacks.OnStoppedLeading = nil },
		"Lock must not be nil.":                                       func(c *LeaderElectionConfig) { c.Lock = nil },
		"Lock identity is empty":                                      func(c *LeaderElectionConfig) { c.Lock = &lock{} },
	} {
		config := valid()
		change(&config)
		_, err := NewLeaderElector(config)
		assert.EqualError(t, err, want)
		assert.Panics(t, func() { RunOrDie(t.Context(), config) })
	}
	_, err := NewLeaderElector(valid())
	assert.NoError(t, err)
}

// The record stores whole seconds. If the duration were rounded down, another candidate could lead before the leader stops.
func TestDurationIsRoundedUp(t *testing.T) {
	le, _ := candidate(t, nil, nil, "a", func(c *LeaderElectionConfig) {
		c.LeaseDuration, c.RenewDeadline, c.RetryPeriod = 1900*time.Millisecond, 1800*time.Millisecond, time.Second
	})
	assert.Equal(t, 2, le.newRecord(time.Now()).LeaseDurationSeconds)
}
