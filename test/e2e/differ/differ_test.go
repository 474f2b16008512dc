package differ

import (
	"flag"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/conformance"
	"github.com/typewright/typewright/test/e2e/cluster"
	"github.com/typewright/typewright/test/e2e/compare"
)

var (
	conversations = flag.Int("differ.conversations", 200, "number of conversations to compare")
	firstSeed     = flag.Uint64("differ.seed", 1, "seed of the first conversation; the next ones have the seeds after it")
	onlyKind      = flag.String("differ.kind", "", "compare only conversations about this kind")
	minPercent    = flag.Float64("differ.atleast", 97, "percentage of requests that must have the same answer")
	maxShown      = flag.Int("differ.show", 20, "number of differences to shrink and to print")
	live          *cluster.Cluster
)

func TestMain(m *testing.M) {
	flag.Parse()
	cluster.Main(m, cluster.Options{WithoutCRDs: true}, func(c *cluster.Cluster) { live = c })
}

// startServers installs the definitions on the real server, and starts apitest with the same kinds.
func startServers(t *testing.T) servers {
	t.Helper()
	definitions, err := conformance.Definitions()
	require.NoError(t, err)
	require.NoError(t, live.Install(t.Context(), definitions...))
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, coordinationv1.AddToScheme, schedulingv1.AddToScheme} {
		require.NoError(t, add(scheme))
	}
	opts := apitest.Options{Scheme: scheme}
	for _, definition := range definitions {
		opts.Objects = append(opts.Objects, definition)
	}
	return servers{actual: live.Config(), ours: apitest.Start(t, opts).Config()}
}

func TestApitestAnswersAsTheRealServer(t *testing.T) {
	s := startServers(t)
	all := slices.DeleteFunc(kinds(), func(k kind) bool { return *onlyKind != "" && k.name != *onlyKind })
	compare.Run{
		Sequences: *conversations, First: *firstSeed, AtLeast: *minPercent, Show: *maxShown,
		Sequence: func(seed uint64) ([]string, compare.Player) { return conversation(seed, all), s.play },
		Print:    asCase,
		Again:    "cd test/e2e && go test ./differ -differ.seed=%d -differ.conversations=1 -v",
	}.Test(t)
}
