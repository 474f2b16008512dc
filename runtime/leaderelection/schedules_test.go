package leaderelection

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var schedules = flag.Int("leaderelection.schedules", 300, "number of random schedules of faults to run")

// networkFaults loses and delays the requests and responses of a candidate.
type networkFaults struct {
	mu     sync.Mutex
	random *rand.Rand
	// disconnected loses all requests and responses.
	disconnected bool
	// lossPercent is how many messages in a hundred are lost, delayPercent how many take up to 20 s.
	lossPercent, delayPercent int
}

// transmit delays a request or a response, and returns an error if it is lost.
func (w *networkFaults) transmit(ctx context.Context) error {
	w.mu.Lock()
	lost := w.disconnected || chance(w.random, w.lossPercent)
	took := time.Millisecond + time.Duration(w.random.IntN(300_000_000))
	if chance(w.random, w.delayPercent) {
		took = time.Duration(w.random.IntN(20_000_000_000))
	}
	obeysContext := !chance(w.random, 5)
	w.mu.Unlock()
	if !obeysContext {
		ctx = context.WithoutCancel(ctx)
	}
	if err := delay(ctx, took); err != nil {
		return err
	}
	if lost {
		return errors.New("connection lost")
	}
	return nil
}

func (w *networkFaults) setDisconnected(disconnected bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disconnected = disconnected
}

// runSchedule runs five candidates whose clocks differ through some minutes of random faults, and returns who led. Two minutes after the
// last fault exactly one candidate must lead. A defect, if not nil, is planted into each elector.
func runSchedule(t *testing.T, seed uint64, defect func(*LeaderElector)) *leadershipLog {
	t.Helper()
	b := &leadershipLog{leading: map[string]bool{}}
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := &server{}
		// Schedules that delete the record start no new candidates: a candidate that has never seen the record leads at once.
		deletes := chance(random, 30)
		var running sync.WaitGroup
		ctx, cancel := context.WithCancel(quietContext(t))
		begin := func(id string) (*networkFaults, context.CancelFunc) {
			w := &networkFaults{random: rand.New(rand.NewPCG(seed, random.Uint64())), lossPercent: random.IntN(30), delayPercent: random.IntN(10)}
			le, l := candidate(t, s, b, id, func(c *LeaderElectionConfig) {
				c.RenewDeadline = time.Duration(5+random.IntN(9)) * time.Second
				if chance(random, 20) {
					c.RenewDeadline = 14900 * time.Millisecond
				}
				c.ReleaseOnCancel = chance(random, 50)
			})
			l.transmit = w.transmit
			le.clock = skewedClock{by: time.Duration(random.IntN(7200)-3600) * time.Second}
			if defect != nil {
				defect(le)
			}
			mine, crash := context.WithCancel(ctx)
			running.Go(func() {
				for mine.Err() == nil {
					le.Run(mine)
				}
			})
			return w, crash
		}
		faults, crashes := []*networkFaults{}, []context.CancelFunc{}
		for i := range 5 {
			w, crash := begin(fmt.Sprint("candidate-", i))
			faults, crashes = append(faults, w), append(crashes, crash)
		}
		time.Sleep(40 * time.Second) // until all have seen the record
		deleted := time.Time{}
		for range 30 {
			time.Sleep(time.Duration(random.IntN(8_000_000_000)))
			i := random.IntN(5)
			switch kind := random.IntN(4); {
			case kind == 0:
				faults[i].setDisconnected(true)
			case kind == 1 || !deletes && kind == 2:
				faults[i].setDisconnected(false)
			case kind == 2 && time.Since(deleted) > time.Minute: // the package makes no promise for a second deletion soon after the first
				s.write(nil)
				deleted = time.Now()
			case !deletes:
				crashes[i]()
				faults[i], crashes[i] = begin(fmt.Sprint("candidate-", i, "-", random.Uint32()))
			}
		}
		for _, w := range faults {
			w.mu.Lock()
			w.disconnected, w.lossPercent, w.delayPercent = false, 0, 0
			w.mu.Unlock()
		}
		time.Sleep(2 * time.Minute)
		b.mu.Lock()
		leaders := len(b.leading)
		b.mu.Unlock()
		if defect == nil {
			assert.Equal(t, 1, leaders, "seed %d: two minutes after the last fault", seed)
		}
		cancel()
		running.Wait()
	})
	return b
}

func TestSchedules(t *testing.T) {
	terms := 0
	for seed := range uint64(*schedules) {
		b := runSchedule(t, seed, nil)
		require.Empty(t, b.overlap(), "seed %d", seed)
		terms += len(b.terms)
	}
	assert.Greater(t, terms, 2**schedules, "too few changes of leader to test anything")
}

// The schedules find planted defects: the test would notice two leaders at once.
func TestSchedulesFindDefects(t *testing.T) {
	for name, defect := range map[string]func(*LeaderElector){
		"leads after its lease":    func(le *LeaderElector) { le.config.RenewDeadline = 40 * time.Second },
		"writes too short a lease": func(le *LeaderElector) { le.config.LeaseDuration = time.Second },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(200) {
				if runSchedule(t, seed, defect).overlap() != "" {
					return
				}
			}
			assert.Fail(t, "no schedule found the defect")
		})
	}
}
