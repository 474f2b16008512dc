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

var schedules = flag.Int("leaderelection.schedules", 300, "how many random schedules of faults to run")

// weather is what happens to the requests of a candidate.
type weather struct {
	mu          sync.Mutex
	random      *rand.Rand
	cut         bool // no request and no answer passes
	loss, delay int  // percent of what is lost, or takes up to 20 s
}

func (w *weather) trip(ctx context.Context) error {
	w.mu.Lock()
	lost := w.cut || chance(w.random, w.loss)
	took := time.Millisecond + time.Duration(w.random.IntN(300_000_000))
	if chance(w.random, w.delay) {
		took = time.Duration(w.random.IntN(20_000_000_000))
	}
	heedsContext := !chance(w.random, 5) // else the request does not heed its context
	w.mu.Unlock()
	if !heedsContext {
		ctx = context.WithoutCancel(ctx)
	}
	if err := slow(ctx, took); err != nil {
		return err
	}
	if lost {
		return errors.New("connection lost")
	}
	return nil
}

func (w *weather) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
}

// schedule runs candidates with skewed clocks for some minutes of faults, and returns the logbook. At the
// end, when there are no faults, there must be a leader. The defect changes each elector.
func schedule(t *testing.T, seed uint64, defect func(*LeaderElector)) *logbook {
	t.Helper()
	b := &logbook{leading: map[string]bool{}}
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := &server{}
		deletes := chance(random, 30) // then no candidate is new: one that has not seen the record leads at once
		var running sync.WaitGroup
		ctx, cancel := context.WithCancel(silent(t))
		begin := func(id string) (*weather, context.CancelFunc) {
			w := &weather{random: rand.New(rand.NewPCG(seed, random.Uint64())), loss: random.IntN(30), delay: random.IntN(10)}
			le, l := candidate(t, s, b, id, func(c *LeaderElectionConfig) {
				c.RenewDeadline = time.Duration(5+random.IntN(9)) * time.Second
				if chance(random, 20) {
					c.RenewDeadline = 14900 * time.Millisecond
				}
				c.ReleaseOnCancel = chance(random, 50)
			})
			l.trip = w.trip
			le.clock = skewed{by: time.Duration(random.IntN(7200)-3600) * time.Second}
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
		weathers, crashes := []*weather{}, []context.CancelFunc{}
		for i := range 5 {
			w, crash := begin(fmt.Sprint("candidate-", i))
			weathers, crashes = append(weathers, w), append(crashes, crash)
		}
		time.Sleep(40 * time.Second) // all have seen the record
		deleted := time.Time{}
		for range 30 {
			time.Sleep(time.Duration(random.IntN(8_000_000_000)))
			i := random.IntN(5)
			switch kind := random.IntN(4); {
			case kind == 0:
				weathers[i].set(true)
			case kind == 1 || !deletes && kind == 2:
				weathers[i].set(false)
			case kind == 2 && time.Since(deleted) > time.Minute: // a second deletion soon after the first is not promised to be safe
				s.write(nil)
				deleted = time.Now()
			case !deletes:
				crashes[i]()
				weathers[i], crashes[i] = begin(fmt.Sprint("candidate-", i, "-", random.Uint32()))
			}
		}
		for _, w := range weathers {
			w.mu.Lock()
			w.cut, w.loss, w.delay = false, 0, 0
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
		b := schedule(t, seed, nil)
		require.Empty(t, b.clashed(), "seed %d", seed)
		terms += len(b.terms)
	}
	assert.Greater(t, terms, 2**schedules, "hardly anything happened")
}

// A leader that holds on for too long is found, so the schedules and the logbook are worth something.
func TestSchedulesFindDefects(t *testing.T) {
	for name, defect := range map[string]func(*LeaderElector){
		"holds on after the lease": func(le *LeaderElector) { le.config.RenewDeadline = 40 * time.Second },
		"waits for too short":      func(le *LeaderElector) { le.config.LeaseDuration = time.Second },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(200) {
				if schedule(t, seed, defect).clashed() != "" {
					return
				}
			}
			assert.Fail(t, "no schedule found it")
		})
	}
}
