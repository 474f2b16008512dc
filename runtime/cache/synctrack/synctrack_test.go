package synctrack_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/typewright/typewright/runtime/cache/synctrack"
)

// tracker is what both trackers have in common.
type tracker interface {
	HasSynced() bool
	Done() <-chan struct{}
	Name() string
	UpstreamHasSynced()
}

func TestTrackersWaitForSourceAndWork(t *testing.T) {
	async, single := synctrack.NewAsyncTracker[string]("async"), synctrack.NewSingleFileTracker("single")
	for _, test := range []struct {
		tracker
		start, finish func()
	}{
		{async, func() { async.Start("a") }, func() { async.Finished("a") }},
		{single, single.Start, single.Finished},
	} {
		t.Run(test.Name(), func(t *testing.T) {
			test.start()
			assert.False(t, test.HasSynced())
			test.UpstreamHasSynced()
			assert.False(t, test.HasSynced(), "work is left")
			test.finish()
			assert.True(t, test.HasSynced())
			<-test.Done()
			test.start()
			assert.True(t, test.HasSynced(), "once done, done for ever")
			test.UpstreamHasSynced()
		})
	}
}

func TestTrackersWithoutWork(t *testing.T) {
	for _, tracker := range []tracker{synctrack.NewAsyncTracker[int]("a"), synctrack.NewSingleFileTracker("b")} {
		assert.False(t, tracker.HasSynced())
		tracker.UpstreamHasSynced()
		assert.True(t, tracker.HasSynced())
	}
}

func TestAsyncTrackerCountsAKeyOnce(t *testing.T) {
	tracker := synctrack.NewAsyncTracker[string]("")
	tracker.Start("a")
	tracker.Start("a")
	tracker.Start("b")
	tracker.UpstreamHasSynced()
	tracker.Finished("unknown")
	tracker.Finished("b")
	assert.False(t, tracker.HasSynced())
	tracker.Finished("a")
	assert.True(t, tracker.HasSynced())
}

func TestSingleFileTrackerRefusesMoreEndsThanBeginnings(t *testing.T) {
	assert.Panics(t, synctrack.NewSingleFileTracker("").Finished)
}

func TestLazyComputesOncePerChange(t *testing.T) {
	var computed atomic.Int64
	lazy := synctrack.Lazy[int64]{Evaluate: func() (int64, error) { return computed.Add(1), nil }}
	for want := int64(1); want <= 3; want++ {
		var readers sync.WaitGroup
		for range 10 {
			readers.Go(func() {
				value, err := lazy.Get()
				assert.NoError(t, err)
				assert.Equal(t, want, value)
			})
		}
		readers.Wait()
		lazy.Notify()
	}
}

func TestLazyTriesAgainAfterAnError(t *testing.T) {
	failing := errors.New("not now")
	lazy := synctrack.Lazy[int]{Evaluate: func() (int, error) { return 0, failing }}
	_, err := lazy.Get()
	assert.ErrorIs(t, err, failing)
	lazy.Evaluate = func() (int, error) { return 7, nil }
	value, err := lazy.Get()
	assert.NoError(t, err)
	assert.Equal(t, 7, value)
}
