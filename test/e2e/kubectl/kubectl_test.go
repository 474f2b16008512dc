package kubectl

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/conformance"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
	"github.com/typewright/typewright/test/e2e/compare"
)

var (
	sequences = flag.Int("kubectl.sequences", 20, "number of sequences to compare")
	firstSeed = flag.Uint64("kubectl.seed", 1, "seed of the first sequence; the next ones have the seeds after it")
	only      = flag.String("kubectl.kind", "", "compare only sequences about this kind")
	atLeast   = flag.Float64("kubectl.atleast", 97, "percentage of commands that must have the same answer")
	most      = flag.Int("kubectl.show", 20, "number of differences to shrink and to print")
	live      *cluster.Cluster
)

func TestMain(m *testing.M) {
	flag.Parse()
	cluster.Main(m, cluster.Options{WithoutCRDs: true}, func(c *cluster.Cluster) { live = c })
}

// needKubectl returns the path of kubectl. Without kubectl the test fails, unless SKIP_KUBECTL=1 is set.
func needKubectl(t *testing.T) string {
	t.Helper()
	if os.Getenv("SKIP_KUBECTL") == "1" {
		t.Skip("SKIPPED: SKIP_KUBECTL=1 is set, so what kubectl sees of apitest is not compared")
	}
	name := os.Getenv("KUBECTL")
	if name == "" {
		name = "kubectl"
	}
	path, err := exec.LookPath(name)
	require.NoError(t, err, "set SKIP_KUBECTL=1 to do without kubectl")
	return path
}

// token is the token in apitest of the user that is the admin of the real server.
const token = "token-of-admin"

// startServers installs the definitions on the real server, and starts apitest with the same kinds.
func startServers(t *testing.T) servers {
	t.Helper()
	kubectl := needKubectl(t)
	definitions, err := conformance.Definitions()
	require.NoError(t, err)
	require.NoError(t, live.Install(t.Context(), definitions...))
	return servers{actual: connect(t, live.Config(), kubectl), ours: connect(t, withToken(start(t, definitions...)), kubectl)}
}

// startTwice starts apitest twice, and changes the second server.
func startTwice(t *testing.T, change func(*apitest.Server)) servers {
	t.Helper()
	kubectl := needKubectl(t)
	first, second := start(t), start(t)
	change(second)
	return servers{actual: connect(t, withToken(first), kubectl), ours: connect(t, withToken(second), kubectl)}
}

func start(t *testing.T, definitions ...*unstructured.Unstructured) *apitest.Server {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	require.NoError(t, appsv1.AddToScheme(scheme))
	opts := apitest.Options{Scheme: scheme, TLS: true, Tokens: map[string]string{token: cluster.Admin}}
	for _, definition := range definitions {
		opts.Objects = append(opts.Objects, definition)
	}
	return apitest.Start(t, opts)
}

// withToken returns a configuration with a token in place of a certificate, as that of the real server has.
func withToken(server *apitest.Server) *rest.Config {
	config := server.Config()
	config.CertData, config.KeyData, config.BearerToken = nil, nil, token
	return config
}

// connect makes a home folder for kubectl, and a client of the server.
func connect(t *testing.T, config *rest.Config, kubectl string) *server {
	t.Helper()
	home := t.TempDir()
	if os.Getenv("KUBECTL") != "" {
		require.NoError(t, os.Mkdir(filepath.Join(home, "bin"), 0o700))
		require.NoError(t, os.Symlink(kubectl, filepath.Join(home, "bin", "kubectl")))
	}
	s, err := newServer(config, home)
	require.NoError(t, err)
	return s
}

func TestApitestAnswersKubectlAsTheRealServer(t *testing.T) {
	s := startServers(t)
	all := slices.DeleteFunc(kinds(), func(k kind) bool { return *only != "" && k.kind != *only })
	compare.Run{
		Sequences: *sequences, First: *firstSeed, AtLeast: *atLeast, Show: *most,
		Sequence: func(seed uint64) ([]string, compare.Player) {
			steps, about := sequence(seed, all)
			return steps, func(ctx context.Context, steps []string) (compare.Outcome, error) { return s.play(ctx, steps, about) }
		},
		Print: func(steps []string) string { return strings.Join(steps, "\n") },
		Again: "cd test/e2e && go test ./kubectl -kubectl.seed=%d -kubectl.sequences=1 -v",
	}.Test(t)
}
