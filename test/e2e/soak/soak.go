package soak

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/test/e2e/cluster"
	"github.com/typewright/typewright/test/e2e/faults"
)

// Options are the options of a soak test. Every field is required.
type Options struct {
	Duration   time.Duration
	Objects    int           // total
	Rate       int           // changes per second, total
	FaultEvery time.Duration // time between two faults
	Seed       uint64
	// Log receives a line for each fault.
	Log io.Writer
}

// writersEach is the number of writers of each of the two resources.
const writersEach = 20

// settleTimeout is how long informers may take to recover after the last fault.
const settleTimeout = 3 * time.Minute

// Run runs a soak test on a new cluster. It returns the samples, and the problems: those that the checks of package faults find, and
// growth of heap or goroutines.
func Run(ctx context.Context, opts Options) (samples []Sample, problems []string, err error) {
	c, err := cluster.Start(ctx, cluster.Options{})
	if err != nil {
		return nil, nil, err
	}
	defer c.Stop()
	if err := faults.Prepare(ctx, c); err != nil {
		return nil, nil, err
	}
	s := &soak{opts: opts, begun: time.Now()}
	s.harness, err = faults.New(ctx, c, faults.Options{
		Namespace: "soak", Seed: opts.Seed, Prefill: true,
		Writers: writersEach, ObjectsEach: opts.Objects / (2 * writersEach),
		Pause:   time.Duration(2*writersEach) * time.Second / time.Duration(opts.Rate),
		OnError: func(error) { s.errors.Add(1) },
		Tamper:  s.countRelists,
	})
	if err != nil {
		return nil, nil, err
	}
	defer s.harness.Close()
	if s.client, err = kubernetes.NewForConfig(c.Config()); err != nil {
		return nil, nil, err
	}
	problems = s.harness.Run(ctx, settleTimeout, s.injectFaults)
	return s.samples, append(problems, Growth(s.samples)...), nil
}

type soak struct {
	opts    Options
	begun   time.Time
	harness *faults.Harness
	client  *kubernetes.Clientset

	errors, relists atomic.Int64

	mu      sync.Mutex
	samples []Sample
	fault   string
}

// countRelists counts lists, in pages, whole and streamed.
func (s *soak) countRelists(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		query := req.URL.Query()
		if query.Get("sendInitialEvents") == "true" || query.Get("resourceVersion") != "" && query.Get("watch") == "" || query.Get("limit") != "" {
			s.relists.Add(1)
		}
		return next.RoundTrip(req)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// injectFaults causes random faults until the duration is over, and takes samples meanwhile.
func (s *soak) injectFaults(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Duration)
	defer cancel()
	var sampling sync.WaitGroup
	defer sampling.Wait()
	defer cancel()
	sampling.Go(func() { s.sample(ctx) })
	rng := rand.New(rand.NewPCG(s.opts.Seed, 0)) //nolint:gosec // no secret
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(s.opts.FaultEvery):
		}
		fault := faults.Random(rng)
		s.recordFault(fault.Name)
		// A fault that has begun is not interrupted.
		if err := fault.Do(context.WithoutCancel(ctx), s.harness); err != nil {
			return fmt.Errorf("%s: %w", fault.Name, err)
		}
	}
}

func (s *soak) recordFault(fault string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
	fmt.Fprintf(s.opts.Log, "%7.1f s: %s\n", time.Since(s.begun).Seconds(), fault)
}

func (s *soak) takeFault() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	fault := s.fault
	s.fault = ""
	return fault
}

func (s *soak) sample(ctx context.Context) {
	var memory runtime.MemStats
	for ctx.Err() == nil {
		lag := s.lag(ctx)
		runtime.GC()
		runtime.ReadMemStats(&memory)
		s.samples = append(s.samples, Sample{
			Seconds: time.Since(s.begun).Seconds(), HeapMiB: float64(memory.HeapAlloc) / (1 << 20), Goroutines: runtime.NumGoroutine(),
			Relists: s.relists.Load(), LagMS: lag.Seconds() * 1000, Errors: s.errors.Load(),
			Writes: s.harness.Counts.Acknowledged.Load(), FailedWrites: s.harness.Counts.Failed.Load(), Fault: s.takeFault(),
		})
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// lagLimit is how long the sampler waits for an informer.
const lagLimit = 5 * time.Second

// lag returns how long the first informer takes to see a write, at most lagLimit. It is zero if the write fails.
func (s *soak) lag(ctx context.Context) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, lagLimit)
	defer cancel()
	probes := s.client.CoreV1().ConfigMaps("soak")
	name := fmt.Sprint("probe-", len(s.samples)%2)
	if len(s.samples) > 1 {
		if err := probes.Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
			return 0
		}
	}
	probe, err := probes.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil {
		return 0
	}
	begun := time.Now()
	_ = cache.WaitForObject(ctx, s.harness.Informers()[0], probe) // a timeout shows in the returned time
	return time.Since(begun)
}
