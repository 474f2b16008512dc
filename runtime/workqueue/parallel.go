package workqueue

import (
	"context"
	"sync"
	"sync/atomic"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// DoWorkPieceFunc does one of many pieces of work.
type DoWorkPieceFunc func(piece int)

type options struct {
	chunkSize int
}

// Options are options of ParallelizeUntil.
type Options func(*options)

// WithChunkSize lets a worker take c pieces at a time, which pays if there are many small ones.
func WithChunkSize(c int) func(*options) {
	return func(o *options) { o.chunkSize = c }
}

// ParallelizeUntil does the pieces of work 0 to pieces-1 with so many workers, until all are done or the context ends. A nil
// context never ends. When it returns, no piece is being worked on.
func ParallelizeUntil(ctx context.Context, workers, pieces int, doWorkPiece DoWorkPieceFunc, opts ...Options) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if ctx == nil {
		ctx = context.Background()
	}
	chunk := max(o.chunkSize, 1)
	chunks := (max(pieces, 0) + chunk - 1) / chunk
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(workers, chunks) {
		running.Go(func() {
			defer utilruntime.HandleCrashWithContext(ctx)
			for from := int(next.Add(1)-1) * chunk; from < pieces; from = int(next.Add(1)-1) * chunk {
				for piece := from; piece < min(from+chunk, pieces); piece++ {
					if ctx.Err() != nil {
						return
					}
					doWorkPiece(piece)
				}
			}
		})
	}
	running.Wait()
}
