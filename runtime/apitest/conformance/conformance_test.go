package conformance_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/conformance"
)

var prune = flag.Bool("prune", false, "take cases that agree off the list of differences")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start starts the server under test with the given options.
func start(t *testing.T, opts apitest.Options) *apitest.Server {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	require.NoError(t, appsv1.AddToScheme(scheme))
	definitions, err := conformance.Definitions()
	require.NoError(t, err)
	opts.Scheme, opts.ShardedListAndWatch = scheme, true
	for _, definition := range definitions {
		opts.Objects = append(opts.Objects, definition)
	}
	return apitest.Start(t, opts)
}

func TestConformance(t *testing.T) {
	if *prune {
		pruneDifferences(t)
		t.Skip("pruned: run again without -prune")
	}
	conformance.Run(t, start(t, apitest.Options{}).Config(), conformance.Options{Differences: conformance.Differences()})
}

// The cases whose outcome could depend on the transport have the same outcome over TLS and without a network.
func TestConformanceOverOtherTransports(t *testing.T) {
	for way, opts := range map[string]apitest.Options{"TLS": {TLS: true}, "memory": {InMemory: true}} {
		t.Run(way, func(t *testing.T) {
			conformance.Run(t, start(t, opts).Config(), conformance.Options{
				Differences: conformance.Differences(), Topics: []string{"read", "page", "watch"},
			})
		})
	}
}

func pruneDifferences(t *testing.T) {
	t.Helper()
	cases, err := conformance.Cases()
	require.NoError(t, err)
	server := start(t, apitest.Options{})
	agrees := map[string]bool{}
	for _, c := range cases {
		played, err := conformance.Play(t.Context(), server.Config(), c)
		require.NoError(t, err)
		agrees[c.Name] = conformance.Diff(c, played) == ""
	}
	data, err := os.ReadFile("differences.txt")
	require.NoError(t, err)
	var kept strings.Builder
	for line := range strings.Lines(string(data)) {
		if !agrees[strings.TrimSpace(line)] {
			kept.WriteString(line)
		}
	}
	require.NoError(t, os.WriteFile("differences.txt", []byte(kept.String()), 0o600))
}
