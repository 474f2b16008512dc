// Package conformance_test runs the cases of runtime/apitest/conformance with a real kube-apiserver, whose answers the cases must have.
package conformance_test

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/apitest/conformance"
	"github.com/typewright/typewright/test/e2e/cluster"
)

var (
	live   *cluster.Cluster
	record = flag.Bool("record", false, "write the answers of the real server into the cases")
)

func TestMain(m *testing.M) {
	args := []string{"--feature-gates=ShardedListAndWatch=true"} // for the cases of shards
	cluster.Main(m, cluster.Options{WithoutCRDs: true, APIServerArgs: args}, func(c *cluster.Cluster) { live = c })
}

func TestConformance(t *testing.T) {
	definitions, err := conformance.Definitions()
	require.NoError(t, err)
	require.NoError(t, live.Install(t.Context(), definitions...))
	var opts conformance.Options
	if *record {
		opts.Record = "../../../runtime/apitest/conformance/cases"
	}
	conformance.Run(t, live.Config(), opts)
}
