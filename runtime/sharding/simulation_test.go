package sharding

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/go-logr/logr"
	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"
)

// server stores leases and handles one request at a time, as etcd does.
type server struct {
	mu       sync.Mutex
	version  int
	leases   map[string]*coordinationv1.Lease
	watchers []*watch.RaceFreeFakeWatcher
}

var leaseResource = coordinationv1.Resource("leases")

func (s *server) notifyWatchers(kind watch.EventType, lease *coordinationv1.Lease) {
	for _, w := range s.watchers {
		w.Action(kind, lease.DeepCopy())
	}
}

func (s *server) put(lease *coordinationv1.Lease, create bool) (*coordinationv1.Lease, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.leases[lease.Name]
	switch {
	case create && old != nil:
		return nil, apierrors.NewAlreadyExists(leaseResource, lease.Name)
	case !create && old == nil:
		return nil, apierrors.NewNotFound(leaseResource, lease.Name)
	case !create && (old.ResourceVersion != lease.ResourceVersion || old.UID != lease.UID):
		return nil, apierrors.NewConflict(leaseResource, lease.Name, errors.New("it has changed"))
	}
	s.version++
	lease = lease.DeepCopy()
	lease.ResourceVersion = strconv.Itoa(s.version)
	if create {
		lease.UID = types.UID("uid-" + lease.ResourceVersion)
	}
	s.leases[lease.Name] = lease
	kind := watch.Modified
	if create {
		kind = watch.Added
	}
	s.notifyWatchers(kind, lease)
	return lease.DeepCopy(), nil
}

func (s *server) remove(name string, opts metav1.DeleteOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.leases[name]
	if old == nil {
		return apierrors.NewNotFound(leaseResource, name)
	}
	if p := opts.Preconditions; p != nil && (*p.UID != old.UID || *p.ResourceVersion != old.ResourceVersion) {
		return apierrors.NewConflict(leaseResource, name, errors.New("it has changed"))
	}
	delete(s.leases, name)
	s.notifyWatchers(watch.Deleted, old)
	return nil
}

func (s *server) list() *coordinationv1.LeaseList {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := &coordinationv1.LeaseList{}
	for _, lease := range s.leases {
		list.Items = append(list.Items, *lease.DeepCopy())
	}
	return list
}

// process runs a member on a machine with a clock of its own. It can be stopped, disconnected from the server, and killed.
type process struct {
	clock.RealClock

	simulation  *simulation
	identity    string
	clockRate   float64       // of its clock; a right clock has 1
	clockOffset time.Duration // how far its clock is ahead of the real time
	startedAt   time.Time
	cancel      context.CancelFunc
	member      *Membership
	lists       []*coordinationv1.LeaseList // earlier lists, for staleReads

	mu                sync.Mutex
	stoppedUntil      time.Time // until then the process does nothing
	disconnectedUntil time.Time // until then no request arrives at the server
	killed            bool
	sleptFor          time.Duration // how long it was stopped in all
	lossRate          float64       // the share of requests, and of responses, that are lost
}

// Now returns the time of the process's clock.
func (p *process) Now() time.Time {
	age := time.Since(p.startedAt)
	if p.simulation.defect == sleepingClock {
		p.mu.Lock()
		age -= p.sleptFor
		p.mu.Unlock()
	}
	return p.startedAt.Add(p.clockOffset).Add(time.Duration(float64(age) * p.clockRate))
}

// NewTimer returns a timer that runs by the process's clock.
func (p *process) NewTimer(d time.Duration) clock.Timer {
	return p.RealClock.NewTimer(time.Duration(float64(d) / p.clockRate))
}

// waitWhileStopped waits while the process is stopped. If the process was killed, it waits for the end of the simulation and returns
// false.
func (p *process) waitWhileStopped() bool {
	for {
		p.mu.Lock()
		until, killed := p.stoppedUntil, p.killed
		p.mu.Unlock()
		if killed {
			<-p.simulation.ended
			return false
		}
		wait := time.Until(until)
		if wait <= 0 {
			return true
		}
		time.Sleep(wait)
	}
}

var errLostRequest = errors.New("connection reset by peer")

// request sends a request over a network that delays and loses requests and responses. A request may arrive at the server after the
// process has stopped waiting for its response.
func request[T any](ctx context.Context, p *process, do func() (T, error)) (T, error) {
	var none T
	if !p.waitWhileStopped() {
		return none, errLostRequest
	}
	type response struct {
		value T
		err   error
	}
	responses := make(chan response, 1)
	p.mu.Lock()
	requestDelay, responseDelay := p.simulation.delay(), p.simulation.delay()
	requestLost, responseLost := p.simulation.happensWith(p.lossRate), p.simulation.happensWith(p.lossRate)
	disconnectedUntil := p.disconnectedUntil
	p.mu.Unlock()
	p.simulation.requests.Go(func() {
		time.Sleep(requestDelay)
		if requestLost || time.Now().Before(disconnectedUntil) {
			return
		}
		value, err := do()
		time.Sleep(responseDelay)
		if !responseLost {
			responses <- response{value, err}
		}
	})
	select {
	case r := <-responses:
		if !p.waitWhileStopped() {
			return none, errLostRequest
		}
		return r.value, r.err
	case <-ctx.Done():
		p.waitWhileStopped()
		return none, ctx.Err()
	}
}

func (p *process) Create(ctx context.Context, lease *coordinationv1.Lease, _ metav1.CreateOptions) (*coordinationv1.Lease, error) {
	return request(ctx, p, func() (*coordinationv1.Lease, error) { return p.simulation.server.put(lease, true) })
}

func (p *process) Update(ctx context.Context, lease *coordinationv1.Lease, _ metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	return request(ctx, p, func() (*coordinationv1.Lease, error) { return p.simulation.server.put(lease, false) })
}

func (p *process) Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error {
	_, err := request(ctx, p, func() (struct{}, error) { return struct{}{}, p.simulation.server.remove(name, opts) })
	return err
}

func (p *process) List(ctx context.Context, _ metav1.ListOptions) (*coordinationv1.LeaseList, error) {
	return request(ctx, p, func() (*coordinationv1.LeaseList, error) {
		list := p.simulation.server.list()
		if p.simulation.defect == staleReads {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.lists = append(p.lists, list)
			list = p.lists[max(0, len(p.lists)-1-staleReadLag)]
		}
		return list, nil
	})
}

func (p *process) Watch(context.Context, metav1.ListOptions) (watch.Interface, error) {
	s := p.simulation.server
	s.mu.Lock()
	defer s.mu.Unlock()
	w := watch.NewRaceFreeFake()
	s.watchers = append(s.watchers, w)
	return w, nil
}

// defect is a bug that a test plants into all members of a simulation.
type defect string

// The defects.
const (
	// staleReads returns lists from a cache that is staleReadLag lists behind.
	staleReads defect = "stale reads"
	// sleepingClock has clocks that stand still while their process is stopped.
	sleepingClock defect = "sleeping clock"
	// noDrain hands over a range while work on it is in flight.
	noDrain defect = "no drain"
	// earlyExpiry treats leases as expired before they are.
	earlyExpiry defect = "early expiry"
)

// staleReadLag is how many lists the cache of staleReads is behind.
const staleReadLag = 3

// action is one step of a handler.
type action struct {
	who     string
	hash    uint64
	begunAt time.Time // when the handler began
	at      time.Time
}

// simulation has a server, processes with one member each, and a record of what their handlers did.
type simulation struct {
	server   *server
	opts     Options
	ended    chan struct{}
	requests sync.WaitGroup
	workers  sync.WaitGroup
	defect   defect

	mu          sync.Mutex
	faultsEnded bool // then no message takes seconds
	random      *rand.Rand
	processes   []*process
	actions     []action
}

func newSimulation(seed uint64) *simulation {
	return &simulation{
		server: &server{leases: map[string]*coordinationv1.Lease{}}, ended: make(chan struct{}),
		opts:   Options{Group: "fleet", LeaseDuration: 15 * time.Second, RenewPeriod: 3 * time.Second, MaxSkew: 1500 * time.Millisecond, Grace: 5 * time.Second},
		random: rand.New(rand.NewPCG(seed, 24)),
	}
}

// delay returns how long a message takes: milliseconds, or up to nine seconds for one message in fifty until the faults end.
func (sim *simulation) delay() time.Duration {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	if !sim.faultsEnded && sim.random.IntN(50) == 0 {
		return time.Duration(sim.random.Int64N(int64(9 * time.Second)))
	}
	return time.Duration(sim.random.Int64N(int64(30 * time.Millisecond)))
}

// happensWith returns true with the given probability.
func (sim *simulation) happensWith(probability float64) bool {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	return sim.random.Float64() < probability
}

// intn returns a random number below n.
func (sim *simulation) intn(n int) int {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	return sim.random.IntN(n)
}

// maxClockDrift is how much too fast or too slow a clock runs at most.
const maxClockDrift = 0.04

// start starts a process whose clock drifts within the bound that MaxSkew allows.
func (sim *simulation) start(identity string) *process {
	ctx, cancel := context.WithCancel(klog.NewContext(context.Background(), logr.Discard())) // no logs: thousands of requests are lost
	p := &process{simulation: sim, identity: identity, startedAt: time.Now(), cancel: cancel, clockRate: 1 + float64(sim.intn(1000)-500)/500*maxClockDrift, clockOffset: time.Duration(sim.intn(7200)-3600) * time.Second}
	opts := sim.opts
	opts.Identity, opts.Clock = identity, p
	if err := opts.complete(); err != nil {
		panic(err)
	}
	p.member = newMembership(p, opts)
	p.member.assign = SharedAssignments.assign
	if sim.defect == earlyExpiry {
		p.member.opts.MaxSkew = -sim.opts.LeaseDuration / 2
	}
	sim.mu.Lock()
	sim.processes = append(sim.processes, p)
	sim.mu.Unlock()
	go p.member.run(ctx)
	for range 3 {
		sim.workers.Go(func() { p.work() })
	}
	return p
}

// hashes are the hashes that handlers work on: few, so that members compete for them.
var hashes = [...]uint64{0, 0x1234 << 48, 0x5555 << 48, 0x8000 << 48, 0xabcd << 48, 0xffff << 48}

// work handles objects until the simulation ends.
func (p *process) work() {
	sim := p.simulation
	for {
		select {
		case <-sim.ended:
			return
		case <-time.After(time.Duration(sim.intn(800)) * time.Millisecond):
		}
		if !p.waitWhileStopped() {
			return
		}
		hash := hashes[sim.intn(len(hashes))]
		begunAt := time.Now()
		handling, done, ok := p.member.BeginHash(context.Background(), hash)
		if !ok {
			continue
		}
		if sim.defect == noDrain {
			done()
		}
		for range 1 + sim.intn(4) {
			sim.mu.Lock()
			sim.actions = append(sim.actions, action{who: p.identity, hash: hash, begunAt: begunAt, at: time.Now()})
			sim.mu.Unlock()
			time.Sleep(time.Duration(sim.intn(3000)) * time.Millisecond)
			if !p.waitWhileStopped() || handling.Err() != nil && sim.defect != noDrain {
				break
			}
		}
		done()
	}
}

// end stops all members and waits for them.
func (sim *simulation) end() {
	close(sim.ended)
	for _, p := range sim.processes {
		p.cancel()
		p.member.Wait()
	}
	sim.workers.Wait()
	sim.requests.Wait()
}

// overlap describes two handlers of different members that worked on a hash at once: one began before the other acted, and acted
// afterwards. It is empty if there were none.
func (sim *simulation) overlap() string {
	for _, hash := range hashes {
		var on []action
		for _, a := range sim.actions {
			if a.hash == hash {
				on = append(on, a)
			}
		}
		for i, a := range on {
			for _, b := range slices.Backward(on[:i]) {
				if b.at.Before(a.begunAt) {
					break
				}
				if b.who != a.who && b.at.After(a.begunAt) {
					return fmt.Sprintf("hash %x: %s, which began at %s, acted at %s, after %s had acted at %s",
						hash, a.who, a.begunAt.Format(time.StampMilli), a.at.Format(time.StampMilli), b.who, b.at.Format(time.StampMilli))
				}
			}
		}
	}
	return ""
}

// holders returns the identities of the live processes that hold a hash now.
func (sim *simulation) holders(hash uint64) (holders []string) {
	sim.mu.Lock()
	processes := slices.Clone(sim.processes)
	sim.mu.Unlock()
	for _, p := range processes {
		p.mu.Lock()
		dead := p.killed
		p.mu.Unlock()
		if !dead && p.member.Status().Held.Contains(hash) {
			holders = append(holders, p.identity)
		}
	}
	return holders
}
