package weather

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/typewright/typewright/runtime/apitest"
)

func TestSchedules(t *testing.T) {
	for i := range *schedules {
		seed := *firstSeed + uint64(i)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { schedule(t, seed) })
		})
	}
}

// schedule runs the schedule of a seed.
func schedule(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	server := apitest.Start(t, apitest.Options{
		Scheme: scheme(), InMemory: true,
		Window: []int{20, 100, 1000}[rng.IntN(3)], BookmarkInterval: bookmarkInterval,
	})
	w := newWorld(t, rng, server)
	w.rest = func() {
		time.Sleep(10 * time.Millisecond) // a busy server collects events for a moment
		synctest.Wait()
	}
	defer w.logOnFailure(seed)
	w.noteRequests()
	w.writes(rng.IntN(30))
	w.informer = w.newInformer(w.all)
	w.addIndex()
	w.addHandler(0)
	if rng.IntN(2) == 0 {
		w.inject() // it may affect the first list
	}
	w.run(func() {
		w.addHandler(20 * time.Millisecond)
		for range 20 + rng.IntN(30) {
			w.act()
			w.atRest()
			if t.Failed() {
				return
			}
		}
		if w.clearUp(5 * time.Minute) {
			time.Sleep(3 * time.Minute) // an informer that is backing off watches again after that
			w.finale()
		}
	})
}

func (w *world) logOnFailure(seed uint64) {
	if !w.t.Failed() && !testing.Verbose() {
		return
	}
	w.t.Logf("seed %d:\n  %s\nagain: go test ./runtime/cache/weather -run 'TestSchedules' -weather.seed=%d -weather.schedules=1",
		seed, strings.Join(w.steps, "\n  "), seed)
}
