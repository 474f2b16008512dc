package faults

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/typewright/typewright/test/e2e/cluster"
)

var (
	schedules = flag.Int("faults.schedules", 12, "number of schedules to run")
	firstSeed = flag.Uint64("faults.seed", 1, "seed of the first schedule; the next ones have the seeds after it")
	live      *cluster.Cluster
)

func TestMain(m *testing.M) {
	flag.Parse()
	cluster.Main(m, cluster.Options{}, func(c *cluster.Cluster) { live = c })
}

// settleTimeout is how long informers may take to recover: as long as the backoff after several failures.
const settleTimeout = 90 * time.Second

func TestSchedules(t *testing.T) {
	require.NoError(t, Prepare(t.Context(), live))
	for i := range *schedules {
		seed := *firstSeed + uint64(i)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { runSchedule(t, seed) })
	}
}

func runSchedule(t *testing.T, seed uint64) {
	before := goleak.IgnoreCurrent()
	rng := rand.New(rand.NewPCG(seed, 0))
	var mu sync.Mutex
	var steps []string
	began := time.Now()
	step := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		steps = append(steps, fmt.Sprintf("%6.2f s: ", time.Since(began).Seconds())+fmt.Sprintf(format, args...))
	}
	h, err := New(t.Context(), live, Options{
		Namespace: fmt.Sprintf("faults-%d-%d", seed, time.Now().UnixNano()), Seed: seed,
		OnError: func(err error) { step("  reported: %v", err) },
	})
	require.NoError(t, err)
	problems := h.Run(t.Context(), settleTimeout, func(ctx context.Context) error {
		for range 2 + rng.IntN(4) {
			if err := sleep(ctx, time.Duration(rng.IntN(1000))*time.Millisecond); err != nil {
				return err
			}
			fault := Random(rng)
			step("%s", fault.Name)
			if err := fault.Do(ctx, h); err != nil {
				return err
			}
		}
		step("no more faults")
		return sleep(ctx, time.Second)
	})
	step("%d writes acknowledged, %d failed", h.Counts.Acknowledged.Load(), h.Counts.Failed.Load())
	h.Close()
	for _, problem := range problems {
		t.Error(problem)
	}
	// A goroutine waits for the end of each server that was started again.
	launched := goleak.IgnoreAnyFunction("github.com/typewright/typewright/test/e2e/cluster.(*Process).launch.func1")
	if err := goleak.Find(before, launched); err != nil {
		t.Error(err)
	}
	if t.Failed() || testing.Verbose() {
		t.Logf("seed %d:\n  %s\nagain: cd test/e2e && go test ./faults -run 'TestSchedules' -faults.seed=%d -faults.schedules=1",
			seed, strings.Join(steps, "\n  "), seed)
	}
}

// TestPlantedDefects tests that the checks find defects that are planted into clients and informers.
func TestPlantedDefects(t *testing.T) {
	require.NoError(t, Prepare(t.Context(), live))
	for name, test := range map[string]struct {
		opts Options
		want string
	}{
		"no defect":                           {},
		"writes are acknowledged and lost":    {Options{Tamper: loseWrites(http.MethodPut, http.MethodDelete)}, "acknowledged was"},
		"deletions are acknowledged and lost": {Options{Tamper: loseWrites(http.MethodDelete)}, "acknowledged was"},
		"a watch skips events":                {Options{Skip: pickThree()}, "the store"},
	} {
		t.Run(name, func(t *testing.T) {
			opts := test.opts
			opts.Namespace, opts.Seed = fmt.Sprintf("planted-%d", time.Now().UnixNano()), 1
			opts.ObjectsEach = 30
			h, err := New(t.Context(), live, opts)
			require.NoError(t, err)
			defer h.Close()
			problems := strings.Join(h.Run(t.Context(), 3*time.Second, func(ctx context.Context) error { return sleep(ctx, 4*time.Second) }), "\n")
			if test.want == "" {
				require.Empty(t, problems)
			} else {
				require.Contains(t, problems, test.want)
			}
		})
	}
}

// pickThree returns a function that chooses three of the names that it is called with, and from then on returns true for these.
func pickThree() func(name string) bool {
	var mu sync.Mutex
	asked, chosen := 0, map[string]bool{}
	return func(name string) bool {
		mu.Lock()
		defer mu.Unlock()
		if asked++; asked > 5 && len(chosen) < 3 {
			chosen[name] = true
		}
		return chosen[name]
	}
}

// loseWrites responds to writes of three objects with the body of the request, and does not send them to the server.
func loseWrites(methods ...string) func(http.RoundTripper) http.RoundTripper {
	chosen := pickThree()
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			if !slices.Contains(methods, req.Method) || !chosen(req.URL.Path) {
				return next.RoundTrip(req)
			}
			body, err := io.ReadAll(req.Body)
			if err != nil {
				return nil, err
			}
			return &http.Response{
				StatusCode: http.StatusOK, Header: http.Header{"Content-Type": req.Header["Content-Type"]}, Request: req,
				Body: io.NopCloser(strings.NewReader(string(body))),
			}, nil
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
