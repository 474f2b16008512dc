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
	monthMembers = flag.Int("sharding.month.members", 3, "how many members there are in the simulation of a month")
	monthObjects = flag.Int("sharding.month.objects", 20_000, "how many objects they share")
	monthDays    = flag.Int("sharding.month.days", 1, "how many days it lasts")
)

// month is a group whose members come and go, and what that did to the objects.
type month struct {
	random  *rand.Rand
	objects []int // by slot
	total   int
	members []member
	named   int
	owners  []string // by slot

	changes         int
	moved           int     // objects
	worstMove       float64 // objects that moved in a change, of the even share of a member
	sumMove         float64
	most, least     float64 // objects of a member, of the even share
	rollouts, crash int
}

func newMonth(seed uint64, objects, members int) *month {
	m := &month{random: rand.New(rand.NewPCG(seed, 24)), objects: make([]int, shard.Slots), total: objects, least: 1}
	for range objects {
		var uid uuid.UUID
		for i := range uid {
			uid[i] = byte(m.random.Uint32())
		}
		m.objects[shard.Slot(Hash(uid.String()))]++
	}
	for range members {
		m.members = append(m.members, m.next())
	}
	m.owners = m.assigned()
	return m
}

// next is a new member.
func (m *month) next() member {
	m.named++
	return member{identity: fmt.Sprintf("fleet-7d4b9c6f5d-%05x", m.random.Uint32()>>12), capacity: 1}
}

func (m *month) assigned() []string {
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

func (m *month) join() { m.members = append(m.members, m.next()); m.settle() }

func (m *month) leave(i int) { m.members = slices.Delete(m.members, i, i+1); m.settle() }

// settle counts what a change moves, and what each member has then.
func (m *month) settle() {
	m.changes++
	after, moved, has := m.assigned(), 0, map[string]int{}
	for slot, owner := range after {
		if owner != m.owners[slot] {
			moved += m.objects[slot]
		}
		has[owner] += m.objects[slot]
	}
	m.owners = after
	even := float64(m.total) / float64(len(m.members))
	m.moved += moved
	m.sumMove += float64(moved) / even
	m.worstMove = max(m.worstMove, float64(moved)/even)
	for _, member := range m.members {
		m.most, m.least = max(m.most, float64(has[member.identity])/even), min(m.least, float64(has[member.identity])/even)
	}
}

// day is a day of churn: on five of seven days all members are replaced one by one, with one more meanwhile; a fifth leave in the evening
// and as many come in the morning; one dies and is replaced.
func (m *month) day(n int) {
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
	m.crash++
	m.leave(m.random.IntN(len(m.members)))
	m.join()
	for len(m.members) > members {
		m.leave(m.random.IntN(len(m.members)))
	}
}

// Over days of churn no member is far from its share of the objects, and a change moves little more than it has to. The long form, which
// hack/long.sh runs, is the table of docs/scale.md.
func TestMonth(t *testing.T) {
	m := newMonth(1, *monthObjects, *monthMembers)
	for day := range *monthDays {
		m.day(day)
	}
	t.Logf("%d objects, %d members, %d days: %d rollouts, %d crashes, %d changes; objects of a member: %.3f to %.3f of the even share; "+
		"moved by a change: %.2f of a share (most %.2f), %d objects in all", m.total, *monthMembers, *monthDays, m.rollouts, m.crash, m.changes,
		m.least, m.most, m.sumMove/float64(m.changes), m.worstMove, m.moved)
	// Five per cent is the promise for hashes. Objects fall on them at random.
	slack := 0.05 + 4*math.Sqrt(float64(len(m.members))/float64(m.total))
	assert.InDelta(t, 1, m.most, slack)
	assert.InDelta(t, 1, m.least, slack)
	assert.LessOrEqual(t, m.worstMove, 1.5+slack)
}

// counted is a client of leases that counts requests.
type counted struct {
	server   *server
	requests *atomic.Int64
}

func (c counted) Create(_ context.Context, lease *coordinationv1.Lease, _ metav1.CreateOptions) (*coordinationv1.Lease, error) {
	c.wait()
	return c.server.put(lease, true)
}

func (c counted) Update(_ context.Context, lease *coordinationv1.Lease, _ metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	c.wait()
	return c.server.put(lease, false)
}

func (c counted) Delete(_ context.Context, name string, opts metav1.DeleteOptions) error {
	c.wait()
	return c.server.remove(name, opts)
}

func (c counted) List(context.Context, metav1.ListOptions) (*coordinationv1.LeaseList, error) {
	c.wait()
	return c.server.list(), nil
}

func (c counted) Watch(context.Context, metav1.ListOptions) (watch.Interface, error) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	w := watch.NewRaceFreeFake()
	c.server.watchers = append(c.server.watchers, w)
	return w, nil
}

// wait counts a request, which takes some milliseconds.
func (c counted) wait() {
	c.requests.Add(1)
	time.Sleep(5 * time.Millisecond)
}

// Members ask the API server for two things a renewal period each, and for a few more when one comes or goes, at once: they do not wait
// for the next renewal.
func TestRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := klog.NewContext(t.Context(), logr.Discard())
		plans := &Plans{}
		requests := &atomic.Int64{}
		leases := counted{&server{leases: map[string]*coordinationv1.Lease{}}, requests}
		var cancels []context.CancelFunc
		var members []*Membership
		join := func() {
			ctx, cancel := context.WithCancel(ctx)
			m, err := JoinWith(ctx, leases, Options{Group: "fleet", Identity: fmt.Sprintf("member-%d", len(members)), LeaseDuration: 15 * time.Second}, plans)
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
			assert.InDelta(t, 1, held, 1e-9, "what is held a second after a change")
			time.Sleep(period - time.Second)
			return requests.Load() - before
		}
		time.Sleep(2 * time.Minute)
		rest := during(func() {})
		joined := during(join) - rest - perMember // the new member's own
		left := during(cancels[0]) - rest
		t.Logf("%d members: %d requests a minute at rest, %d more when one joins, %d more when one leaves", *monthMembers, rest, joined, left)
		assert.InDelta(t, float64(*monthMembers*perMember), float64(rest), float64(*monthMembers))
		assert.LessOrEqual(t, max(joined, left), int64(4*(*monthMembers+1)), "requests for a change")
		for _, cancel := range cancels {
			cancel()
		}
		for _, m := range members {
			m.Wait()
		}
	})
}
