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

// contest is an election of two candidates in a bubble of synctest.
type contest struct {
	*server
	*logbook
	first, second           *LeaderElector
	firstLock, secondLock   *lock
	endFirst, endSecond     context.CancelFunc
	firstEnded, secondEnded chan struct{}
}

// newContest runs two candidates, of which the first leads.
func newContest(t *testing.T, change func(*LeaderElectionConfig)) *contest {
	t.Helper()
	c := &contest{server: &server{}, logbook: &logbook{leading: map[string]bool{}}}
	c.first, c.firstLock = candidate(t, c.server, c.logbook, "first", change)
	c.second, c.secondLock = candidate(t, c.server, c.logbook, "second", change)
	c.endFirst, c.firstEnded = start(t, c.first)
	time.Sleep(time.Second)
	c.endSecond, c.secondEnded = start(t, c.second)
	time.Sleep(10 * time.Second)
	assert.Equal(t, []string{"first"}, c.all())
	assert.Equal(t, "first", c.second.GetLeader())
	assert.True(t, c.first.IsLeader())
	assert.False(t, c.second.IsLeader())
	t.Cleanup(func() {
		c.endFirst()
		c.endSecond()
		<-c.firstEnded
		<-c.secondEnded
		assert.Empty(t, c.clashed())
	})
	return c
}

func start(t *testing.T, le *LeaderElector) (context.CancelFunc, chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(silent(t))
	ended := make(chan struct{})
	go func() {
		le.Run(ctx)
		close(ended)
	}()
	return cancel, ended
}

func TestLeaderKeepsLeading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newContest(t, nil)
		before := c.read().RenewTime
		time.Sleep(time.Hour)
		assert.Equal(t, []string{"first"}, c.all())
		record := c.read()
		assert.Greater(t, record.RenewTime.Sub(before.Time), 59*time.Minute)
		assert.Equal(t, 15, record.LeaseDurationSeconds)
		assert.Zero(t, record.LeaderTransitions)
		assert.Less(t, record.AcquireTime.Time, before.Time)
	})
}

func TestOtherLeadsAfterTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newContest(t, nil)
		c.endFirst()
		<-c.firstEnded
		time.Sleep(12 * time.Second)
		assert.Equal(t, []string{"first"}, c.all())
		time.Sleep(10 * time.Second)
		assert.Equal(t, []string{"first", "second"}, c.all())
		assert.Equal(t, 1, c.read().LeaderTransitions)
		assert.Equal(t, []string{"became leader", "stopped leading"}, c.firstLock.events)
	})
}

func TestRelease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newContest(t, func(config *LeaderElectionConfig) { config.ReleaseOnCancel = true })
		c.endFirst()
		<-c.firstEnded
		assert.Empty(t, c.read().HolderIdentity)
		assert.Equal(t, 1, c.read().LeaseDurationSeconds)
		time.Sleep(5 * time.Second)
		assert.Equal(t, []string{"first", "second"}, c.all())
	})
}

// A candidate whose lease another has taken must not release that of the other.
func TestReleaseLeavesTheLeaseOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newContest(t, func(config *LeaderElectionConfig) { config.ReleaseOnCancel = true })
		other := *c.read()
		other.HolderIdentity = "other"
		c.write(&other)
		c.endFirst()
		<-c.firstEnded
		assert.Equal(t, "other", c.read().HolderIdentity)
		assert.Equal(t, "other", c.first.GetLeader())
	})
}

// The term ends with the deadline, counted from the last renewal, although the request for another renewal hangs and does not heed
// its context.
func TestTermEndsWhileARequestHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newContest(t, nil)
		last := c.read().RenewTime.Time
		c.firstLock.setTrip(func(context.Context) error {
			time.Sleep(time.Minute)
			return errors.New("hung")
		})
		time.Sleep(time.Until(last.Add(10*time.Second)) - time.Millisecond)
		synctest.Wait()
		assert.True(t, c.leads("first"))
		time.Sleep(2*time.Second + time.Millisecond) // one renewal was perhaps under way
		synctest.Wait()
		assert.False(t, c.leads("first"))
		time.Sleep(2 * time.Minute)
	})
}

func (b *logbook) leads(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.leading[id]
}

func TestTheLeaseIsChangedByOthers(t *testing.T) {
	change := func(f func(r *resourcelock.LeaderElectionRecord)) func(*contest) {
		return func(c *contest) {
			record := *c.read()
			f(&record)
			c.write(&record)
		}
	}
	for name, test := range map[string]struct {
		touch func(*contest)
		terms []string // in the next minute
	}{
		"deleted":  {func(c *contest) { c.write(nil) }, []string{"first"}},
		"touched":  {change(func(*resourcelock.LeaderElectionRecord) {}), []string{"first"}},
		"no time":  {change(func(r *resourcelock.LeaderElectionRecord) { r.RenewTime = metav1.Time{} }), []string{"first"}},
		"released": {change(func(r *resourcelock.LeaderElectionRecord) { r.HolderIdentity = "" }), nil},
		"stolen":   {change(func(r *resourcelock.LeaderElectionRecord) { r.HolderIdentity = "other" }), nil},
		"no duration": {change(func(r *resourcelock.LeaderElectionRecord) {
			r.LeaseDurationSeconds = 0
		}), []string{"first"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newContest(t, nil)
				test.touch(c)
				time.Sleep(2*time.Second + 100*time.Millisecond)
				if name == "stolen" {
					assert.False(t, c.leads("first"), "another leads")
				}
				time.Sleep(time.Minute)
				if test.terms != nil {
					assert.Equal(t, test.terms, c.all())
				}
				if name == "released" {
					c.clearClash() // the second may lead before the first knows
				}
				assert.Equal(t, name != "stolen" || len(c.all()) > 1, c.leads("first") != c.leads("second"))
			})
		})
	}
}

func TestNewLeaderIsReportedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []string
		c := newContest(t, func(config *LeaderElectionConfig) {
			if config.Lock.Identity() == "second" {
				config.Callbacks.OnNewLeader = func(id string) {
					time.Sleep(20 * time.Second) // slower than leaders change
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

func TestHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		health := NewLeaderHealthzAdaptor(5 * time.Second)
		assert.Equal(t, "leaderElection", health.Name())
		assert.NoError(t, health.Check(nil))
		c := newContest(t, nil)
		health.SetLeaderElection(c.first)
		other := NewLeaderHealthzAdaptor(0)
		other.SetLeaderElection(c.second)
		assert.NoError(t, health.Check(nil))
		c.endSecond()
		c.firstLock.setTrip(func(context.Context) error { return errors.New("cut") })
		time.Sleep(18 * time.Second)
		assert.NoError(t, health.Check(nil))
		time.Sleep(5 * time.Second)
		assert.EqualError(t, health.Check(nil), "failed election to renew leadership on lease robots")
		assert.NoError(t, other.Check(nil))
	})
}

// A coordinated candidate leads when the server has named it, and ends when the server prefers another.
func TestCoordinated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := &server{}, &logbook{leading: map[string]bool{}}
		le, _ := candidate(t, s, b, "first", func(c *LeaderElectionConfig) { c.Coordinated = true })
		end, ended := start(t, le)
		time.Sleep(time.Minute)
		assert.Nil(t, s.read(), "it makes no lease")
		s.write(&resourcelock.LeaderElectionRecord{HolderIdentity: "first", LeaseDurationSeconds: 15, Strategy: "OldestEmulationVersion", LeaderTransitions: 3})
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"first"}, b.all())
		record := *s.read()
		assert.EqualValues(t, "OldestEmulationVersion", record.Strategy)
		assert.Equal(t, 3, record.LeaderTransitions)
		record.PreferredHolder = "second"
		s.write(&record)
		<-ended
		synctest.Wait()
		assert.False(t, b.leads("first"))
		end()
	})
}

func TestConfiguration(t *testing.T) {
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

// The record has whole seconds. If the duration were rounded down, another candidate could lead before the leader stops.
func TestDurationIsRoundedUp(t *testing.T) {
	le, _ := candidate(t, nil, nil, "a", func(c *LeaderElectionConfig) {
		c.LeaseDuration, c.RenewDeadline, c.RetryPeriod = 1900*time.Millisecond, 1800*time.Millisecond, time.Second
	})
	assert.Equal(t, 2, le.newRecord(time.Now()).LeaseDurationSeconds)
}
