package cache_test

import (
	"context"
	"sync"
	"testing"
)

// run runs something in the background and ends it with the test.
func run(t *testing.T, what func(context.Context)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { what(ctx) })
	t.Cleanup(func() { cancel(); done.Wait() })
}
