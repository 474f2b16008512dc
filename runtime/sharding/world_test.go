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

// server is an API server for leases that does one request at a time, as etcd orders them.
type server struct {
	mu       sync.Mutex
	version  int
	leases   map[string]*coordinationv1.Lease
	watchers []*watch.RaceFreeFakeWatcher
}

var leaseResource = coordinationv1.Resource("leases")

func (s *server) tell(what watch.EventType, lease *coordinationv1.Lease) {
	for _, w := range s.watchers {
		w.Action(what, lease.DeepCopy())
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
	what := watch.Modified
	if create {
		what = watch.Added
	}
	s.tell(what, lease)
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
	s.tell(watch.Deleted, old)
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

// process is a process with a member, on a machine with a clock of its own. It may be stopped, cut off from the server, and killed.
type process struct {
	clock.RealClock

	world    *world
	identity string
	rate     float64       // of its clock
	ahead    time.Duration // of other clocks
	born     time.Time
	cancel   context.CancelFunc
	member   *Membership
	before   []*coordinationv1.LeaseList // what was listed, for staleReads

	mu      sync.Mutex
	stopped time.Time // until when it does nothing
	cut     time.Time // until when no request of it arrives
	killed  bool
	slept   time.Duration
	loss    float64 // the part of its requests that get lost, before or after they are carried out
}

// Now is the time of its clock.
func (p *process) Now() time.Time {
	age := time.Since(p.born)
	if p.world.defect == sleepingClock {
		p.mu.Lock()
		age -= p.slept
		p.mu.Unlock()
	}
	return p.born.Add(p.ahead).Add(time.Duration(float64(age) * p.rate))
}

// NewTimer returns a timer of its clock.
func (p *process) NewTimer(d time.Duration) clock.Timer {
	return p.RealClock.NewTimer(time.Duration(float64(d) / p.rate))
}

// goOn waits while the process is stopped. It returns false if the process has been killed.
func (p *process) goOn() bool {
	for {
		p.mu.Lock()
		until, killed := p.stopped, p.killed
		p.mu.Unlock()
		if killed {
			<-p.world.over
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

// request carries out a request of the process, with the delays and losses of a network. What was sent may arrive after the process
// has given up waiting.
func request[T any](ctx context.Context, p *process, do func() (T, error)) (T, error) {
	var none T
	if !p.goOn() {
		return none, errLostRequest
	}
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	p.mu.Lock()
	before, after := p.world.delay(), p.world.delay()
	lostBefore, lostAfter := p.world.happens(p.loss), p.world.happens(p.loss)
	cut := p.cut
	p.mu.Unlock()
	p.world.requests.Go(func() {
		time.Sleep(before)
		if lostBefore || time.Now().Before(cut) {
			return
		}
		value, err := do()
		time.Sleep(after)
		if !lostAfter {
			answers <- answer{value, err}
		}
	})
	select {
	case a := <-answers:
		if !p.goOn() {
			return none, errLostRequest
		}
		return a.value, a.err
	case <-ctx.Done():
		p.goOn()
		return none, ctx.Err()
	}
}

func (p *process) Create(ctx context.Context, lease *coordinationv1.Lease, _ metav1.CreateOptions) (*coordinationv1.Lease, error) {
	return request(ctx, p, func() (*coordinationv1.Lease, error) { return p.world.server.put(lease, true) })
}

func (p *process) Update(ctx context.Context, lease *coordinationv1.Lease, _ metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	return request(ctx, p, func() (*coordinationv1.Lease, error) { return p.world.server.put(lease, false) })
}

func (p *process) Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error {
	_, err := request(ctx, p, func() (struct{}, error) { return struct{}{}, p.world.server.remove(name, opts) })
	return err
}

func (p *process) List(ctx context.Context, _ metav1.ListOptions) (*coordinationv1.LeaseList, error) {
	return request(ctx, p, func() (*coordinationv1.LeaseList, error) {
		list := p.world.server.list()
		if p.world.defect == staleReads {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.before = append(p.before, list)
			list = p.before[max(0, len(p.before)-behind)]
		}
		return list, nil
	})
}

func (p *process) Watch(context.Context, metav1.ListOptions) (watch.Interface, error) {
	s := p.world.server
	s.mu.Lock()
	defer s.mu.Unlock()
	w := watch.NewRaceFreeFake()
	s.watchers = append(s.watchers, w)
	return w, nil
}

// defect is a mistake that is planted into all members of a world.
type defect string

// The defects.
const (
	// staleReads: lists come from a cache that is a few lists behind.
	staleReads defect = "stale reads"
	// sleepingClock: the clock stands still while the process is stopped.
	sleepingClock defect = "sleeping clock"
	// noDrain: a range is handed over while work on it is in flight.
	noDrain defect = "no drain"
	// impatience: a lease is taken for run out before it is.
	impatience defect = "impatience"
)

// behind is by how many lists, and one, a cache is behind.
const behind = 4

// action is something that a handler did.
type action struct {
	who   string
	hash  uint64
	begun time.Time // when its handling began
	at    time.Time
}

// world is a server, processes, and what their handlers have done.
type world struct {
	server   *server
	opts     Options
	over     chan struct{}
	requests sync.WaitGroup
	workers  sync.WaitGroup
	defect   defect

	mu        sync.Mutex
	peace     bool // no message takes long
	random    *rand.Rand
	processes []*process
	actions   []action
}

func newWorld(seed uint64) *world {
	return &world{
		server: &server{leases: map[string]*coordinationv1.Lease{}}, over: make(chan struct{}),
		opts:   Options{Group: "fleet", LeaseDuration: 15 * time.Second, RenewPeriod: 3 * time.Second, MaxSkew: 1500 * time.Millisecond, Grace: 5 * time.Second},
		random: rand.New(rand.NewPCG(seed, 24)),
	}
}

// delay is how long a message is under way: mostly milliseconds, in trouble sometimes seconds.
func (w *world) delay() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.peace && w.random.IntN(50) == 0 {
		return time.Duration(w.random.Int64N(int64(9 * time.Second)))
	}
	return time.Duration(w.random.Int64N(int64(30 * time.Millisecond)))
}

// happens is true with a probability.
func (w *world) happens(probability float64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.random.Float64() < probability
}

// chance is a number below n.
func (w *world) chance(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.random.IntN(n)
}

// skewOfClocks is by how much a clock is slower or faster than the time, at most.
const skewOfClocks = 0.04

// start starts a process, whose clock is off by up to the promised bound.
func (w *world) start(identity string) *process {
	ctx, cancel := context.WithCancel(klog.NewContext(context.Background(), logr.Discard())) // requests get lost by the thousand
	p := &process{world: w, identity: identity, born: time.Now(), cancel: cancel, rate: 1 + float64(w.chance(1000)-500)/500*skewOfClocks, ahead: time.Duration(w.chance(7200)-3600) * time.Second}
	opts := w.opts
	opts.Identity, opts.Clock = identity, p
	if err := opts.complete(); err != nil {
		panic(err)
	}
	p.member = newMembership(p, opts)
	p.member.assign = SharedPlans.assign
	if w.defect == impatience {
		p.member.opts.MaxSkew = -w.opts.LeaseDuration / 2
	}
	w.mu.Lock()
	w.processes = append(w.processes, p)
	w.mu.Unlock()
	go p.member.run(ctx)
	for range 3 {
		w.workers.Go(func() { p.work() })
	}
	return p
}

// hashes are those that handlers handle: few, so that they meet.
var hashes = [...]uint64{0, 0x1234 << 48, 0x5555 << 48, 0x8000 << 48, 0xabcd << 48, 0xffff << 48}

// work handles objects until the world ends.
func (p *process) work() {
	w := p.world
	for {
		select {
		case <-w.over:
			return
		case <-time.After(time.Duration(w.chance(800)) * time.Millisecond):
		}
		if !p.goOn() {
			return
		}
		hash := hashes[w.chance(len(hashes))]
		begun := time.Now()
		handling, done, ok := p.member.BeginHash(context.Background(), hash)
		if !ok {
			continue
		}
		if w.defect == noDrain {
			done()
		}
		for range 1 + w.chance(4) {
			w.mu.Lock()
			w.actions = append(w.actions, action{who: p.identity, hash: hash, begun: begun, at: time.Now()})
			w.mu.Unlock()
			time.Sleep(time.Duration(w.chance(3000)) * time.Millisecond)
			if !p.goOn() || handling.Err() != nil && w.defect != noDrain {
				break
			}
		}
		done()
	}
}

// end ends the world and waits for it.
func (w *world) end() {
	close(w.over)
	for _, p := range w.processes {
		p.cancel()
		p.member.Wait()
	}
	w.workers.Wait()
	w.requests.Wait()
}

// clash returns two actions that should not be: one of a handling that had begun before another member acted on the same hash.
func (w *world) clash() string {
	for _, hash := range hashes {
		var on []action
		for _, a := range w.actions {
			if a.hash == hash {
				on = append(on, a)
			}
		}
		for i, a := range on {
			for _, b := range slices.Backward(on[:i]) {
				if b.at.Before(a.begun) {
					break
				}
				if b.who != a.who && b.at.After(a.begun) {
					return fmt.Sprintf("hash %x: %s, which began at %s, acted at %s, after %s had acted at %s",
						hash, a.who, a.begun.Format(time.StampMilli), a.at.Format(time.StampMilli), b.who, b.at.Format(time.StampMilli))
				}
			}
		}
	}
	return ""
}

// holders are the processes that hold a hash now.
func (w *world) holders(hash uint64) (holders []string) {
	w.mu.Lock()
	processes := slices.Clone(w.processes)
	w.mu.Unlock()
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
