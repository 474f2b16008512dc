package fake

import (
	"testing"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/metadata"
)

// NewServerBacked starts a test server and returns a real metadata client for it. The server stops when the test ends.
func NewServerBacked(tb testing.TB, opts apitest.Options) metadata.Interface {
	tb.Helper()
	client, err := metadata.NewForConfig(apitest.Start(tb, opts).Config())
	if err != nil {
		tb.Fatalf("make the metadata client: %v", err)
	}
	return client
}
