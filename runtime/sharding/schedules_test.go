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
	schedules = flag.Int("sharding.schedules", 3, "number of random schedules to run")
	firstSeed = flag.Uint64("sharding.seed", 1, "the seed of the first schedule; the others have those that follow")
)

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}

// maxTimeWithoutHolder returns how long, by a member's own clock, the hashes of a dead member may have no holder: until its lease has
// expired and another member renews its own. The requests that take the hashes over come on top.
func (sim *simulation) maxTimeWithoutHolder() time.Duration {
	return sim.opts.LeaseDuration + sim.opts.MaxSkew + sim.opts.RenewPeriod
}

// injectFault kills, stops, disconnects or starts a process, ends its membership, or changes how many of its messages are lost.
func (sim *simulation) injectFault(names *int) {
	sim.mu.Lock()
	p := sim.processes[sim.random.IntN(len(sim.processes))]
	sim.mu.Unlock()
	duration := time.Duration(sim.intn(40)) * time.Second
	until := time.Now().Add(duration)
	fault := sim.intn(9)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch fault {
	case 0:
		p.killed = true
	case 1, 2:
		p.sleptFor += time.Until(until) - max(0, time.Until(p.stoppedUntil))
		p.stoppedUntil = until
	case 3, 4:
		p.disconnectedUntil = until
	case 5:
		p.lossRate = 0.3
	case 6:
		p.lossRate = 0
	case 7:
		p.cancel() // the member leaves
	default:
		*names++
		defer sim.start(fmt.Sprintf("member-%d", *names%8))
	}
}

// runSchedule starts some processes, injects faults for minutes, and then waits without faults. It returns a violated promise, or nothing.
func runSchedule(t *testing.T, seed uint64, planted defect) (problem string) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		sim := newSimulation(seed)
		sim.defect = planted
		names := 0
		for range 2 + sim.intn(3) {
			names++
			sim.start(fmt.Sprintf("member-%d", names))
		}
		for range 10 + sim.intn(15) {
			time.Sleep(time.Duration(sim.intn(20000)) * time.Millisecond)
			sim.injectFault(&names)
		}
		for _, p := range sim.processes {
			p.mu.Lock()
			p.stoppedUntil, p.disconnectedUntil, p.lossRate = time.Time{}, time.Time{}, 0
			p.mu.Unlock()
		}
		sim.mu.Lock()
		sim.faultsEnded = true
		sim.mu.Unlock()
		sim.start("last")
		time.Sleep(4*sim.maxTimeWithoutHolder() + 2*time.Minute)
		for _, hash := range hashes {
			if holders := sim.holders(hash); len(holders) != 1 && problem == "" {
				problem = fmt.Sprintf("after the faults hash %x is held by %v", hash, holders)
			}
		}
		if overlap := sim.overlap(); overlap != "" {
			problem = overlap
		}
		sim.end()
	})
	return problem
}

// In no schedule do two members handle a hash at once, and after the faults each hash has one holder.
func TestSchedules(t *testing.T) {
	for seed := *firstSeed; seed < *firstSeed+uint64(*schedules); seed++ {
		require.Empty(t, runSchedule(t, seed, ""), "seed %d", seed)
	}
	t.Logf("%d schedules", *schedules)
}

// The schedules find bugs that such a protocol often has.
func TestDefectsAreFound(t *testing.T) {
	for planted, first := range map[defect]uint64{staleReads: 1, sleepingClock: 4, noDrain: 1, earlyExpiry: 1} {
		t.Run(string(planted), func(t *testing.T) {
			const enough = 100
			for seed := first; seed < first+enough; seed++ { // the first seed finds it in most runs
				if problem := runSchedule(t, seed, planted); problem != "" {
					t.Logf("seed %d: %s", seed, problem)
					return
				}
			}
			t.Errorf("not found in %d schedules", enough)
		})
	}
}

// The hashes of a member that died have a holder again once its lease has expired.
func TestDeadMemberIsReplaced(t *testing.T) {
	for seed := range uint64(2) {
		synctest.Test(t, func(t *testing.T) {
			sim := newSimulation(seed)
			sim.faultsEnded = true
			first := sim.start("first")
			time.Sleep(10 * time.Second)
			sim.start("second")
			sim.start("third")
			time.Sleep(time.Minute)
			first.mu.Lock()
			first.killed = true
			first.mu.Unlock()
			slowest := time.Duration(float64(sim.maxTimeWithoutHolder()) / (1 - maxClockDrift)) // by the slowest clock of the others
			time.Sleep(slowest + 3*time.Second)                                                 // three seconds for requests and for work in flight
			for _, hash := range hashes {
				assert.Len(t, sim.holders(hash), 1)
			}
			sim.end()
			assert.Empty(t, sim.overlap())
		})
	}
}

// A member that leaves hands its hashes over at once.
func TestLeavingMemberHandsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSimulation(1)
		sim.faultsEnded = true
		first := sim.start("first")
		sim.start("second")
		time.Sleep(time.Minute)
		first.cancel()
		first.member.Wait() // returns when the work in flight is done
		time.Sleep(time.Second)
		for _, hash := range hashes {
			assert.Equal(t, []string{"second"}, sim.holders(hash))
		}
		assert.Equal(t, []string{"second"}, sim.processes[1].member.Status().Members)
		assert.InDelta(t, 1, sim.processes[1].member.Status().Held.Share(), 0)
		sim.end()
		assert.Empty(t, sim.overlap())
	})
}

// refusingClient is a client of leases that can be told to refuse updates, and counts the updates that it refused.
type refusingClient struct {
	countingClient

	refuse  atomic.Bool
	refused atomic.Int64
}

func (r *refusingClient) Update(ctx context.Context, lease *coordinationv1.Lease, opts metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	if !r.refuse.Load() {
		return r.countingClient.Update(ctx, lease, opts)
	}
	r.refused.Add(1)
	return nil, errLostRequest
}

// A member that leaves while updates fail sends one update in each renewal period, until its work has returned.
func TestLeavingWhileServerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(klog.NewContext(t.Context(), logr.Discard()))
		leases := &refusingClient{countingClient: countingClient{&server{leases: map[string]*coordinationv1.Lease{}}, &atomic.Int64{}}}
		m, err := JoinWithAssignments(ctx, leases, Options{Group: "fleet", Identity: "member", RenewPeriod: 3 * time.Second}, SharedAssignments)
		require.NoError(t, err)
		time.Sleep(time.Minute)
		_, done, ok := m.BeginHash(ctx, 0)
		require.True(t, ok)
		leases.refuse.Store(true)
		cancel()
		time.Sleep(30 * time.Second)
		assert.InDelta(t, 10, leases.refused.Load(), 1)
		done()
		m.Wait()
		assert.Empty(t, leases.server.leases)
	})
}

// Members hold hashes in proportion to their capacities.
func TestCapacity(t *testing.T) {
	sets := assign([]member{{"large", 3}, {"small", 1}, {"medium", 2}})
	for identity, want := range map[string]float64{"large": 3.0 / 6, "medium": 2.0 / 6, "small": 1.0 / 6} {
		assert.InDelta(t, 1, sets[identity].Share()/want, 0.05, identity)
	}
}

// TestEvenAndSteady tests the promises of package sharding: no share is more than five per cent from the even one, and when a member
// leaves, at most one and a half shares move.
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
