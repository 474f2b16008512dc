package differ

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/conformance"
	"github.com/typewright/typewright/test/e2e/cluster"
)

var (
	conversations = flag.Int("differ.conversations", 200, "how many conversations to compare")
	firstSeed     = flag.Uint64("differ.seed", 1, "the seed of the first conversation; the others have those that follow")
	only          = flag.String("differ.kind", "", "compare conversations about this kind alone")
	atLeast       = flag.Float64("differ.atleast", 97, "the share of requests, in percent, that have to be answered alike")
	most          = flag.Int("differ.show", 20, "how many differences to shrink and show")
	live          *cluster.Cluster
)

func TestMain(m *testing.M) {
	flag.Parse()
	cluster.Main(m, cluster.Options{WithoutCRDs: true}, func(c *cluster.Cluster) { live = c })
}

// both starts apitest beside the real server, with the same kinds.
func both(t *testing.T) servers {
	t.Helper()
	definitions, err := conformance.Definitions()
	require.NoError(t, err)
	require.NoError(t, live.Install(t.Context(), definitions...))
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, coordinationv1.AddToScheme} {
		require.NoError(t, add(scheme))
	}
	opts := apitest.Options{Scheme: scheme}
	for _, definition := range definitions {
		opts.Objects = append(opts.Objects, definition)
	}
	return servers{actual: live.Config(), ours: apitest.Start(t, opts).Config()}
}

// figures are what a run has counted.
type figures struct {
	conversations, agreeing, excused, requests, agreed atomic.Int64
}

func (f *figures) add(o outcome) {
	f.conversations.Add(1)
	f.requests.Add(int64(o.compared))
	f.agreed.Add(int64(o.agreed))
	if o.at < 0 {
		f.agreeing.Add(1)
	}
	if o.excuse != "" {
		f.excused.Add(1)
	}
}

func share(part, whole *atomic.Int64) float64 {
	return 100 * float64(part.Load()) / float64(max(whole.Load(), 1))
}

func (f *figures) String() string {
	return fmt.Sprintf("%d requests, %.2f %% answered alike; %d conversations, %.1f %% alike to the end, %d ended by a known difference",
		f.requests.Load(), share(&f.agreed, &f.requests), f.conversations.Load(), share(&f.agreeing, &f.conversations), f.excused.Load())
}

func TestApitestAnswersAsTheRealServer(t *testing.T) {
	s := both(t)
	all := slices.DeleteFunc(kinds(), func(k kind) bool { return *only != "" && k.name != *only })
	var counted figures
	var next, shown atomic.Int64
	excuses := &tally{of: map[string]int{}}
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(*conversations); i = next.Add(1) - 1 {
				seed := *firstSeed + uint64(i)
				requests := conversation(seed, all)
				o, err := s.play(t.Context(), requests)
				if err != nil {
					t.Errorf("seed %d: %v", seed, err)
					continue
				}
				counted.add(o)
				excuses.add(o.excuse)
				if o.at >= 0 && o.excuse == "" {
					if shown.Add(1) <= int64(*most) {
						report(t.Context(), t, s, seed, requests)
					}
				}
			}
		})
	}
	wait.Wait()
	fmt.Println(&counted)
	require.GreaterOrEqual(t, share(&counted.agreed, &counted.requests), *atLeast, "percent of the requests were answered alike")
	for _, why := range slices.Sorted(maps.Keys(excuses.of)) {
		t.Logf("known: %s: %d", why, excuses.of[why])
	}
}

// report shows the shortest form of a conversation that differs again when it is played again.
func report(ctx context.Context, t *testing.T, s servers, seed uint64, requests []string) {
	t.Helper()
	again, err := s.play(ctx, requests)
	if err != nil || again.at < 0 || again.excuse != "" {
		t.Logf("seed %d: differs only now and then", seed)
		return
	}
	short, o := s.shrink(ctx, requests, again)
	t.Logf("seed %d:\n%s\nagain: cd test/e2e && go test ./differ -differ.seed=%d -differ.conversations=1 -v", seed, o.text(short), seed)
}

// tally counts reasons.
type tally struct {
	mu sync.Mutex
	of map[string]int
}

func (c *tally) add(reason string) {
	if reason == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[reason]++
}
