package cluster

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// Main is the TestMain of a package whose tests share a cluster. It passes the cluster to use before the tests begin. It does not
// return.
func Main(m *testing.M, opts Options, use func(*Cluster)) {
	if os.Getenv("SKIP_E2E") == "1" {
		fmt.Println("SKIPPED: SKIP_E2E=1 is set, so nothing was tested against the real API server")
		os.Exit(0)
	}
	os.Exit(run(m, opts, use))
}

func run(m *testing.M, opts Options, use func(*Cluster)) int {
	c, err := Start(context.Background(), opts)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer c.Stop()
	use(c)
	return m.Run()
}
