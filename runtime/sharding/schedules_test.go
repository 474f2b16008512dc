package sharding

import (
	"context"
	"flag"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
)

var (
	schedules = flag.Int("sharding.schedules", 3, "how many random schedules to run")
	firstSeed = flag.Uint64("sharding.seed", 1, "the seed of the first schedule; the others have those that follow")
)

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}

// silence returns for how long the hashes of a dead member may have no holder: until its lease has run out by the slowest
// clock, the next renewal of another member, and some requests, each of which may be under way for nine seconds both ways.
func (w *world) silence() time.Duration {
	return w.opts.LeaseDuration + w.opts.MaxSkew + w.opts.RenewPeriod
}

// trouble does something to a process.
func (w *world) trouble(names *int) {
	w.mu.Lock()
	p := w.processes[w.random.IntN(len(w.processes))]
	w.mu.Unlock()
	long := time.Duration(w.chance(40)) * time.Second
	until := time.Now().Add(long)
	what := w.chance(9)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch what {
	case 0:
		p.killed = true
	case 1, 2:
		p.slept += time.Until(until) - max(0, time.Until(p.stopped))
		p.stopped = until
	case 3, 4:
		p.cut = until
	case 5:
		p.loss = 0.3
	case 6:
		p.loss = 0
	case 7:
		p.cancel() // it leaves
	default:
		*names++
		defer w.start(fmt.Sprintf("member-%d", *names%8))
	}
}

// chaos runs a schedule: some processes, trouble for minutes, and then peace. It returns what was wrong.
func chaos(t *testing.T, seed uint64, planted defect) (problem string) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		w := newWorld(seed)
		w.defect = planted
		names := 0
		for range 2 + w.chance(3) {
			names++
			w.start(fmt.Sprintf("member-%d", names))
		}
		for range 10 + w.chance(15) {
			time.Sleep(time.Duration(w.chance(20000)) * time.Millisecond)
			w.trouble(&names)
		}
		for _, p := range w.processes {
			p.mu.Lock()
			p.stopped, p.cut, p.loss = time.Time{}, time.Time{}, 0
			p.mu.Unlock()
		}
		w.mu.Lock()
		w.peace = true
		w.mu.Unlock()
		w.start("the-last")
		time.Sleep(4*w.silence() + 2*time.Minute)
		for _, hash := range hashes {
			if holders := w.holders(hash); len(holders) != 1 && problem == "" {
				problem = fmt.Sprintf("in peace hash %x is held by %v", hash, holders)
			}
		}
		if clash := w.clash(); clash != "" {
			problem = clash
		}
		w.end()
	})
	return problem
}

// In no schedule do two members handle a hash at once, and when the trouble is over each hash has one member.
func TestSchedules(t *testing.T) {
	for seed := *firstSeed; seed < *firstSeed+uint64(*schedules); seed++ {
		require.Empty(t, chaos(t, seed, ""), "seed %d", seed)
	}
	t.Logf("%d schedules", *schedules)
}

// The schedules find the mistakes that such a protocol invites.
func TestDefectsAreFound(t *testing.T) {
	for planted, first := range map[defect]uint64{staleReads: 1, sleepingClock: 4, noDrain: 1, impatience: 1} {
		t.Run(string(planted), func(t *testing.T) {
			const enough = 100
			for seed := first; seed < first+enough; seed++ { // the first finds it in most runs
				if problem := chaos(t, seed, planted); problem != "" {
					t.Logf("seed %d: %s", seed, problem)
					return
				}
			}
			t.Errorf("not found in %d schedules", enough)
		})
	}
}

// A member that dies is replaced when its lease has run out.
func TestSilence(t *testing.T) {
	for seed := range uint64(2) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(seed)
			w.peace = true
			first := w.start("first")
			time.Sleep(10 * time.Second)
			w.start("second")
			w.start("third")
			time.Sleep(time.Minute)
			first.mu.Lock()
			first.killed = true
			first.mu.Unlock()
			slowest := time.Duration(float64(w.silence()) / (1 - skewOfClocks)) // the silence is measured by the clocks of the others
			time.Sleep(slowest + 3*time.Second)                                 // and some requests, and work in flight that moves
			for _, hash := range hashes {
				assert.Len(t, w.holders(hash), 1)
			}
			w.end()
			assert.Empty(t, w.clash())
		})
	}
}

// A member that leaves hands over at once.
func TestLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(1)
		w.peace = true
		first := w.start("first")
		w.start("second")
		time.Sleep(time.Minute)
		first.cancel()
		first.member.Wait() // for the work in flight
		time.Sleep(time.Second)
		for _, hash := range hashes {
			assert.Equal(t, []string{"second"}, w.holders(hash))
		}
		assert.Equal(t, []string{"second"}, w.processes[1].member.Status().Members)
		assert.InDelta(t, 1, w.processes[1].member.Status().Held.Share(), 0)
		w.end()
		assert.Empty(t, w.clash())
	})
}

// refusing is a client of leases that may not be updated, and counts who tries to.
type refusing struct {
	counted

	refuses, refused atomic.Int64
}

func (r *refusing) Update(ctx context.Context, lease *coordinationv1.Lease, opts metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	if r.refuses.Load() == 0 {
		return r.counted.Update(ctx, lease, opts)
	}
	r.refused.Add(1)
	return nil, errLostRequest
}

// A member that leaves while the server is in trouble asks it once a period, until its work has returned.
func TestLeavingInTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(klog.NewContext(t.Context(), logr.Discard()))
		leases := &refusing{counted: counted{&server{leases: map[string]*coordinationv1.Lease{}}, &atomic.Int64{}}}
		m, err := JoinWith(ctx, leases, Options{Group: "fleet", Identity: "member", RenewPeriod: 3 * time.Second}, SharedPlans)
		require.NoError(t, err)
		time.Sleep(time.Minute)
		_, done, ok := m.BeginHash(ctx, 0)
		require.True(t, ok)
		leases.refuses.Store(1)
		cancel()
		time.Sleep(30 * time.Second)
		assert.InDelta(t, 10, leases.refused.Load(), 1)
		done()
		m.Wait()
		assert.Empty(t, leases.server.leases)
	})
}

// Members with more capacity have more.
func TestCapacity(t *testing.T) {
	sets := assign([]member{{"large", 3}, {"small", 1}, {"medium", 2}})
	for identity, want := range map[string]float64{"large": 3.0 / 6, "medium": 2.0 / 6, "small": 1.0 / 6} {
		assert.InDelta(t, 1, sets[identity].Share()/want, 0.05, identity)
	}
}

// TestEvenAndSteady holds the assignment to what the package promises.
func TestEvenAndSteady(t *testing.T) {
	sizes := []int{2, 10, 100}
	if *schedules > 100 { // the long form
		sizes = []int{2, 3, 5, 10, 20, 40, 70, 100}
	}
	for _, n := range sizes {
		var members []member
		for i := range n {
			members = append(members, member{identity: fmt.Sprintf("member-%d", i), capacity: 1})
		}
		before := assign(members)
		for identity, set := range before {
			assert.InDelta(t, 1, set.Share()*float64(n), 0.05, "%s of %d", identity, n)
		}
		gone := n / 2
		after := assign(append(append([]member{}, members[:gone]...), members[gone+1:]...))
		moved := 0.0
		for identity, set := range before {
			moved += set.Minus(after[identity]).Share()
		}
		assert.LessOrEqual(t, moved*float64(n), 1.5, "%d members", n)
	}
}
