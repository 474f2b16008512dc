package fake

import (
	"testing"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/discovery"
)

// NewServerBacked returns a real discovery client of a server that ends with the test.
func NewServerBacked(t testing.TB, opts apitest.Options) *discovery.DiscoveryClient {
	t.Helper()
	client, err := discovery.NewDiscoveryClientForConfig(apitest.Start(t, opts).Config())
	if err != nil {
		t.Fatalf("make the discovery client: %v", err)
	}
	return client
}
