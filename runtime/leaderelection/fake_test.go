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
	if beCandidate() {
		return
	}
	goleak.VerifyTestMain(m)
}

var leases = schema.GroupResource{Group: "coordination.k8s.io", Resource: "leases"}

// server keeps one record, with a version.
type server struct {
	mu      sync.Mutex
	record  *resourcelock.LeaderElectionRecord
	version int
}

// write writes a record without asking, as someone from outside does; nil deletes it.
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

// lock is a candidate's way to the server.
type lock struct {
	server *server
	id     string
	// trip is called on the way to the server and on the way back, and returns an error for a request or an answer that is lost.
	trip    func(ctx context.Context) error
	version int
	events  []string
}

// setTrip changes the way.
func (l *lock) setTrip(trip func(ctx context.Context) error) {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.trip = trip
}

func (l *lock) do(ctx context.Context, f func() error) error {
	l.server.mu.Lock()
	trip := l.trip
	l.server.mu.Unlock()
	if err := trip(ctx); err != nil {
		return err
	}
	l.server.mu.Lock()
	err := f()
	l.server.mu.Unlock()
	if lostAnswer := trip(ctx); lostAnswer != nil {
		return lostAnswer
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

// quick is a way that takes a millisecond.
func quick(ctx context.Context) error {
	return slow(ctx, time.Millisecond)
}

// slow returns after some time, or when the context is done.
func slow(ctx context.Context, d time.Duration) error {
	pause(ctx, d)
	return ctx.Err()
}

// skewed is a clock that shows another time than others.
type skewed struct {
	clock.RealClock
	by time.Duration
}

func (s skewed) Now() time.Time                  { return s.RealClock.Now().Add(s.by) }
func (s skewed) Since(t time.Time) time.Duration { return s.Now().Sub(t) }

// logbook notes who leads, and whether ever two did.
type logbook struct {
	mu      sync.Mutex
	leading map[string]bool
	terms   []string
	clash   string
}

func (b *logbook) begin(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for other := range b.leading {
		b.clash = other + " and " + id
	}
	b.leading[id] = true
	b.terms = append(b.terms, id)
}

func (b *logbook) end(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.leading, id)
}

// clashed names two that led at one time.
func (b *logbook) clashed() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.clash
}

// clearClash removes the recorded clash.
func (b *logbook) clearClash() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clash = ""
}

func (b *logbook) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string{}, b.terms...)
}

// candidate returns an elector that notes its terms.
func candidate(t *testing.T, s *server, b *logbook, id string, change func(*LeaderElectionConfig)) (*LeaderElector, *lock) {
	t.Helper()
	l := &lock{server: s, id: id, trip: quick}
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

// chance is true in so many of a hundred cases.
func chance(random *rand.Rand, percent int) bool { return random.IntN(100) < percent }

// silent is the test's context, with a logger that logs nothing.
func silent(t *testing.T) context.Context {
	t.Helper()
	return klog.NewContext(t.Context(), klog.Logger{})
}
