package fake

import (
	"testing"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
)

// NewServerBacked starts a test server and returns a real dynamic client for it. The server stops when the test ends.
func NewServerBacked(tb testing.TB, opts apitest.Options) *dynamic.DynamicClient {
	tb.Helper()
	client, err := dynamic.NewForConfig(apitest.Start(tb, opts).Config())
	if err != nil {
		tb.Fatalf("make the dynamic client: %v", err)
	}
	return client
}
