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
	schedules = flag.Int("faults.schedules", 12, "how many schedules to run")
	firstSeed = flag.Uint64("faults.seed", 1, "the seed of the first schedule; the others have those that follow")
	live      *cluster.Cluster
)

func TestMain(m *testing.M) {
	flag.Parse()
	cluster.Main(m, cluster.Options{}, func(c *cluster.Cluster) { live = c })
}

// settled is how long informers may take to be right again: as long as backing off takes after a row of failures.
const settled = 90 * time.Second

func TestSchedules(t *testing.T) {
	require.NoError(t, Prepare(t.Context(), live))
	for i := range *schedules {
		seed := *firstSeed + uint64(i)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { schedule(t, seed) })
	}
}

func schedule(t *testing.T, seed uint64) {
	before := goleak.IgnoreCurrent()
	rng := rand.New(rand.NewPCG(seed, 0))
	var mu sync.Mutex
	var steps []string
	begun := time.Now()
	step := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		steps = append(steps, fmt.Sprintf("%6.2f s: ", time.Since(begun).Seconds())+fmt.Sprintf(format, args...))
	}
	w, err := New(t.Context(), live, Options{
		Namespace: fmt.Sprintf("faults-%d-%d", seed, time.Now().UnixNano()), Seed: seed,
		OnError: func(err error) { step("  reported: %v", err) },
	})
	require.NoError(t, err)
	problems := w.Run(t.Context(), settled, func(ctx context.Context) error {
		for range 2 + rng.IntN(4) {
			if err := sleep(ctx, time.Duration(rng.IntN(1000))*time.Millisecond); err != nil {
				return err
			}
			fault := Some(rng)
			step("%s", fault.Name)
			if err := fault.Do(ctx, w); err != nil {
				return err
			}
		}
		step("all is well again")
		return sleep(ctx, time.Second)
	})
	step("%d writes acknowledged, %d failed", w.Counts.Acknowledged.Load(), w.Counts.Failed.Load())
	w.Close()
	for _, problem := range problems {
		t.Error(problem)
	}
	// Who started a server again waits for its end.
	launched := goleak.IgnoreAnyFunction("github.com/typewright/typewright/test/e2e/cluster.(*Process).launch.func1")
	if err := goleak.Find(before, launched); err != nil {
		t.Error(err)
	}
	if t.Failed() || testing.Verbose() {
		t.Logf("seed %d:\n  %s\nagain: cd test/e2e && go test ./faults -run 'TestSchedules' -faults.seed=%d -faults.schedules=1",
			seed, strings.Join(steps, "\n  "), seed)
	}
}

// TestPlantedDefects has the checks find what goes wrong without any fault.
func TestPlantedDefects(t *testing.T) {
	require.NoError(t, Prepare(t.Context(), live))
	for name, test := range map[string]struct {
		opts Options
		want string
	}{
		"nothing":                             {},
		"writes are acknowledged and lost":    {Options{Tamper: losing(http.MethodPut, http.MethodDelete)}, "acknowledged was"},
		"deletions are acknowledged and lost": {Options{Tamper: losing(http.MethodDelete)}, "acknowledged was"},
		"a watch skips events":                {Options{Skip: ofThree()}, "the store"},
	} {
		t.Run(name, func(t *testing.T) {
			opts := test.opts
			opts.Namespace, opts.Seed = fmt.Sprintf("planted-%d", time.Now().UnixNano()), 1
			opts.ObjectsEach = 30
			w, err := New(t.Context(), live, opts)
			require.NoError(t, err)
			defer w.Close()
			problems := strings.Join(w.Run(t.Context(), 3*time.Second, func(ctx context.Context) error { return sleep(ctx, 4*time.Second) }), "\n")
			if test.want == "" {
				require.Empty(t, problems)
			} else {
				require.Contains(t, problems, test.want)
			}
		})
	}
}

// ofThree picks three of the objects that it is asked for, and says yes to them from then on.
func ofThree() func(name string) bool {
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

// losing answers writes to some objects in place of the server, with what the client sent.
func losing(methods ...string) func(http.RoundTripper) http.RoundTripper {
	some := ofThree()
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			if !slices.Contains(methods, req.Method) || !some(req.URL.Path) {
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
