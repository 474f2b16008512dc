package sharding

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/shard"
)

var (
	monthMembers = flag.Int("sharding.month.members", 3, "number of members in the simulation of a month")
	monthObjects = flag.Int("sharding.month.objects", 20_000, "number of objects that the members share")
	monthDays    = flag.Int("sharding.month.days", 1, "number of simulated days")
)

// churn simulates a group whose members come and go, and counts how many objects move.
type churn struct {
	random  *rand.Rand
	objects []int // by slot
	total   int
	members []member
	owners  []string // by slot

	changes                    int
	moved                      int     // objects that changed their member
	worstMove                  float64 // the most objects that moved in one change, in even shares of a member
	sumMove                    float64
	mostObjects, fewestObjects float64 // the most and the fewest objects of a member, in even shares
	rollouts, crashes          int
}

func newChurn(seed uint64, objects, members int) *churn {
	m := &churn{random: rand.New(rand.NewPCG(seed, 24)), objects: make([]int, shard.Slots), total: objects, fewestObjects: 1}
	for range objects {
		var uid uuid.UUID
		for i := range uid {
			uid[i] = byte(m.random.Uint32())
		}
		m.objects[shard.Slot(Hash(uid.String()))]++
	}
	for range members {
		m.members = append(m.members, m.newMember())
	}
	m.owners = m.ownersBySlot()
	return m
}

// newMember returns a member with a new name.
func (m *churn) newMember() member {
	return member{identity: fmt.Sprintf("fleet-7d4b9c6f5d-%05x", m.random.Uint32()>>12), capacity: 1}
}

func (m *churn) ownersBySlot() []string {
	owners := make([]string, shard.Slots)
	for identity, set := range assign(m.members) {
		for _, r := range set.Ranges() {
			for slot := shard.Slot(r.First); slot <= shard.Slot(r.Last); slot++ {
				owners[slot] = identity
			}
		}
	}
	return owners
}

func (m *churn) join() { m.members = append(m.members, m.newMember()); m.recordChange() }

func (m *churn) leave(i int) { m.members = slices.Delete(m.members, i, i+1); m.recordChange() }

// recordChange computes the new assignment, and counts what it moves and what each member has then.
func (m *churn) recordChange() {
	m.changes++
	after, moved, held := m.ownersBySlot(), 0, map[string]int{}
	for slot, owner := range after {
		if owner != m.owners[slot] {
			moved += m.objects[slot]
		}
		held[owner] += m.objects[slot]
	}
	m.owners = after
	even := float64(m.total) / float64(len(m.members))
	m.moved += moved
	m.sumMove += float64(moved) / even
	m.worstMove = max(m.worstMove, float64(moved)/even)
	for _, member := range m.members {
		m.mostObjects, m.fewestObjects = max(m.mostObjects, float64(held[member.identity])/even), min(m.fewestObjects, float64(held[member.identity])/even)
	}
}

// day simulates a day. In the morning a fifth more members join, which leave in the evening. One member crashes and is replaced. On five
// of seven days a rollout replaces all members one by one, each new one before its predecessor leaves.
func (m *churn) day(n int) {
	members := len(m.members)
	for range members / 5 {
		m.join()
	}
	if n%7 < 5 {
		m.rollouts++
		for range len(m.members) {
			m.join()
			m.leave(0)
		}
	}
	m.crashes++
	m.leave(m.random.IntN(len(m.members)))
	m.join()
	for len(m.members) > members {
		m.leave(m.random.IntN(len(m.members)))
	}
}

// While members come and go for days, each member has about its share of the objects, and a change moves little more than it must. The
// long form, which hack/long.sh runs, gives the table of docs/scale.md.
func TestMonth(t *testing.T) {
	m := newChurn(1, *monthObjects, *monthMembers)
	for day := range *monthDays {
		m.day(day)
	}
	t.Logf("%d objects, %d members, %d days: %d rollouts, %d crashes, %d changes; objects of a member: %.3f to %.3f of the even share; "+
		"moved by a change: %.2f of a share (most %.2f), %d objects in all", m.total, *monthMembers, *monthDays, m.rollouts, m.crashes, m.changes,
		m.fewestObjects, m.mostObjects, m.sumMove/float64(m.changes), m.worstMove, m.moved)
	// Shares of the hashes differ by five per cent at most. Objects are spread over the hashes at random.
	slack := 0.05 + 4*math.Sqrt(float64(len(m.members))/float64(m.total))
	assert.InDelta(t, 1, m.mostObjects, slack)
	assert.InDelta(t, 1, m.fewestObjects, slack)
	assert.LessOrEqual(t, m.worstMove, 1.5+slack)
}

// countingClient is a client of leases that counts its requests, except for watches.
type countingClient struct {
	server   *server
	requests *atomic.Int64
}

func (c countingClient) Create(_ context.Context, lease *coordinationv1.Lease, _ metav1.CreateOptions) (*coordinationv1.Lease, error) {
	c.wait()
	return c.server.put(lease, true)
}

func (c countingClient) Update(_ context.Context, lease *coordinationv1.Lease, _ metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	c.wait()
	return c.server.put(lease, false)
}

func (c countingClient) Delete(_ context.Context, name string, opts metav1.DeleteOptions) error {
	c.wait()
	return c.server.remove(name, opts)
}

func (c countingClient) List(context.Context, metav1.ListOptions) (*coordinationv1.LeaseList, error) {
	c.wait()
	return c.server.list(), nil
}

func (c countingClient) Watch(context.Context, metav1.ListOptions) (watch.Interface, error) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	w := watch.NewRaceFreeFake()
	c.server.watchers = append(c.server.watchers, w)
	return w, nil
}

// wait counts a request, and takes five milliseconds.
func (c countingClient) wait() {
	c.requests.Add(1)
	time.Sleep(5 * time.Millisecond)
}

// Each member sends two requests in a renewal period. When a member joins or leaves, the others react at once, not at their next
// renewal, with a few requests more.
func TestRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := klog.NewContext(t.Context(), logr.Discard())
		assignments := &AssignmentCache{}
		requests := &atomic.Int64{}
		leases := countingClient{&server{leases: map[string]*coordinationv1.Lease{}}, requests}
		var cancels []context.CancelFunc
		var members []*Membership
		join := func() {
			ctx, cancel := context.WithCancel(ctx)
			m, err := JoinWithAssignments(ctx, leases, Options{Group: "fleet", Identity: fmt.Sprintf("member-%d", len(members)), LeaseDuration: 15 * time.Second}, assignments)
			require.NoError(t, err)
			members, cancels = append(members, m), append(cancels, cancel)
		}
		for range *monthMembers {
			join()
		}
		const period, perMember = time.Minute, 2 * 60 / 3
		during := func(change func()) int64 {
			before := requests.Load()
			change()
			time.Sleep(time.Second)
			held := 0.0
			for _, m := range members {
				held += m.Status().Held.Share()
			}
			assert.InDelta(t, 1, held, 1e-9, "the share of the hashes that is held a second after a change")
			time.Sleep(period - time.Second)
			return requests.Load() - before
		}
		time.Sleep(2 * time.Minute)
		idle := during(func() {})
		joined := during(join) - idle - perMember // without the new member's own
		left := during(cancels[0]) - idle
		t.Logf("%d members: %d requests a minute while nothing changes, %d more when one joins, %d more when one leaves", *monthMembers, idle, joined, left)
		assert.InDelta(t, float64(*monthMembers*perMember), float64(idle), float64(*monthMembers))
		assert.LessOrEqual(t, max(joined, left), int64(4*(*monthMembers+1)), "requests for a change")
		for _, cancel := range cancels {
			cancel()
		}
		for _, m := range members {
			m.Wait()
		}
	})
}
