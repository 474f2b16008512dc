package workqueue

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParallelizeUntil(t *testing.T) {
	for _, test := range []struct{ workers, pieces, chunk int }{{1, 10, 1}, {4, 1000, 1}, {4, 999, 13}, {10, 3, 100}, {4, 0, 1}, {0, 10, 1}, {3, 10, -1}, {4, -1, 1}} {
		seen := make([]atomic.Int32, max(test.pieces, 0))
		ParallelizeUntil(nil, test.workers, test.pieces, func(piece int) { seen[piece].Add(1) }, WithChunkSize(test.chunk)) //nolint:staticcheck // nil is allowed
		for piece := range seen {
			assert.EqualValues(t, min(test.workers, 1), seen[piece].Load(), "%v: piece %d", test, piece)
		}
	}
}

func TestParallelizeUntilEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var done atomic.Int32
	ParallelizeUntil(ctx, 2, 1000, func(int) {
		switch n := done.Add(1); {
		case n == 5:
			cancel()
		case n > 5:
			<-ctx.Done() // the other worker may begin one piece between the fifth and its cancel, and no more
		}
	}, WithChunkSize(100))
	assert.LessOrEqual(t, done.Load(), int32(6))
}
