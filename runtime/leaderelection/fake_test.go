package leaderelection

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
)

func TestMain(m *testing.M) {
	if runCandidateProcess() {
		return
	}
	goleak.VerifyTestMain(m)
}

var leases = schema.GroupResource{Group: "coordination.k8s.io", Resource: "leases"}

// server is an API server that stores one record and its resource version.
type server struct {
	mu      sync.Mutex
	record  *resourcelock.LeaderElectionRecord
	version int
}

// write replaces the record without a check of its version, as another client could; nil deletes it.
func (s *server) write(record *resourcelock.LeaderElectionRecord) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = record
	s.version++
}

func (s *server) read() *resourcelock.LeaderElectionRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record
}

// lock is the lock of a candidate, stored on the server.
type lock struct {
	server *server
	id     string
	// transmit is called once for each request and once for each response. It returns an error if the message is lost.
	transmit func(ctx context.Context) error
	version  int
	events   []string
}

// setTransmit replaces transmit, also while the candidate runs.
func (l *lock) setTransmit(transmit func(ctx context.Context) error) {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.transmit = transmit
}

func (l *lock) do(ctx context.Context, f func() error) error {
	l.server.mu.Lock()
	transmit := l.transmit
	l.server.mu.Unlock()
	if err := transmit(ctx); err != nil {
		return err
	}
	l.server.mu.Lock()
	err := f()
	l.server.mu.Unlock()
	if lost := transmit(ctx); lost != nil {
		return lost
	}
	return err
}

func (l *lock) Get(ctx context.Context) (record *resourcelock.LeaderElectionRecord, raw []byte, err error) {
	version := 0
	err = l.do(ctx, func() error {
		if l.server.record == nil {
			return apierrors.NewNotFound(leases, "robots")
		}
		copied := *l.server.record
		record, version = &copied, l.server.version
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	l.version = version
	raw, err = json.Marshal(record)
	return record, raw, err
}

func (l *lock) Create(ctx context.Context, ler resourcelock.LeaderElectionRecord) error {
	return l.put(ctx, ler, func() error {
		if l.server.record != nil {
			return apierrors.NewAlreadyExists(leases, "robots")
		}
		return nil
	})
}

func (l *lock) Update(ctx context.Context, ler resourcelock.LeaderElectionRecord) error {
	return l.put(ctx, ler, func() error {
		if l.server.record == nil {
			return apierrors.NewNotFound(leases, "robots")
		}
		if l.server.version != l.version {
			return apierrors.NewConflict(leases, "robots", errors.New("changed"))
		}
		return nil
	})
}

func (l *lock) put(ctx context.Context, ler resourcelock.LeaderElectionRecord, check func() error) error {
	version := 0
	err := l.do(ctx, func() error {
		if err := check(); err != nil {
			return err
		}
		l.server.record = &ler
		l.server.version++
		version = l.server.version
		return nil
	})
	if err == nil {
		l.version = version
	}
	return err
}

func (l *lock) RecordEvent(event string) { l.events = append(l.events, event) }
func (l *lock) Identity() string         { return l.id }
func (l *lock) Describe() string         { return "test/robots" }

// fastNetwork delivers a message in a millisecond.
func fastNetwork(ctx context.Context) error {
	return delay(ctx, time.Millisecond)
}

// delay returns after d, or when the context is done. The error is the context's.
func delay(ctx context.Context, d time.Duration) error {
	pause(ctx, d)
	return ctx.Err()
}

// skewedClock is a clock that is ahead of the real one by a fixed time.
type skewedClock struct {
	clock.RealClock
	by time.Duration
}

func (s skewedClock) Now() time.Time                  { return s.RealClock.Now().Add(s.by) }
func (s skewedClock) Since(t time.Time) time.Duration { return s.Now().Sub(t) }

// leadershipLog records who leads, and whether two candidates ever led at the same time.
type leadershipLog struct {
	mu          sync.Mutex
	leading     map[string]bool
	terms       []string
	overlapping string
}

func (b *leadershipLog) begin(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for other := range b.leading {
		b.overlapping = other + " and " + id
	}
	b.leading[id] = true
	b.terms = append(b.terms, id)
}

func (b *leadershipLog) end(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.leading, id)
}

// overlap names two candidates that led at the same time; it is empty if there were none.
func (b *leadershipLog) overlap() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.overlapping
}

// clearOverlap forgets the recorded overlap.
func (b *leadershipLog) clearOverlap() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.overlapping = ""
}

// leaderHistory returns the candidates in the order in which they began to lead.
func (b *leadershipLog) leaderHistory() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string{}, b.terms...)
}

// candidate returns an elector that records its terms in b.
func candidate(t *testing.T, s *server, b *leadershipLog, id string, change func(*LeaderElectionConfig)) (*LeaderElector, *lock) {
	t.Helper()
	l := &lock{server: s, id: id, transmit: fastNetwork}
	config := LeaderElectionConfig{
		Lock: l, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 2 * time.Second, Name: "robots",
		Callbacks: LeaderCallbacks{
			OnStartedLeading: func(ctx context.Context) {
				if ctx.Err() != nil {
					return
				}
				b.begin(id)
				<-ctx.Done()
				b.end(id)
			},
			OnStoppedLeading: func() {},
		},
	}
	if change != nil {
		change(&config)
	}
	le, err := NewLeaderElector(config)
	if err != nil {
		t.Fatal(err)
	}
	return le, l
}

// chance returns true in percent of a hundred cases.
func chance(random *rand.Rand, percent int) bool { return random.IntN(100) < percent }

// quietContext returns the test's context with a logger that discards everything.
func quietContext(t *testing.T) context.Context {
	t.Helper()
	return klog.NewContext(t.Context(), klog.Logger{})
}
