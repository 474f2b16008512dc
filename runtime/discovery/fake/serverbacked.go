package fake

import (
	"testing"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/discovery"
)

// NewServerBacked starts a test server and returns a real discovery client for it. The server stops when the test ends.
func NewServerBacked(tb testing.TB, opts apitest.Options) *discovery.DiscoveryClient {
	tb.Helper()
	client, err := discovery.NewDiscoveryClientForConfig(apitest.Start(tb, opts).Config())
	if err != nil {
		tb.Fatalf("make the discovery client: %v", err)
	}
	return client
}
