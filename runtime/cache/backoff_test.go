package cache

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Clients of a server that has failed must not all come back at the same time: each pause is random, between the default of
// ReflectorOptions.Backoff and twice that.
func TestTheDefaultBackoffJitters(t *testing.T) {
	const clients = 60
	want := []int{800, 1600, 3200, 6400, 12800, 25600, 30000, 30000}
	synctest.Test(t, func(t *testing.T) {
		down := func(metav1.ListOptions) error { return apierrors.NewServiceUnavailable("down") }
		failures := make([]requestLog, clients)
		for i := range failures {
			_, end := runReflector(t, &ListWatch{ListWithContextFunc: pages(&failures[i], 0, down), WatchFuncWithContext: idle}, ReflectorOptions{}, func(*Reflector) {})
			defer end()
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		for n, ms := range want {
			base := time.Duration(ms) * time.Millisecond
			early, late := 0, 0
			for i := range failures {
				pauses := failures[i].pauses()
				require.Greater(t, len(pauses), n)
				assert.GreaterOrEqual(t, pauses[n], base, "pause %d of client %d", n, i)
				assert.LessOrEqual(t, pauses[n], 2*base, "pause %d of client %d", n, i)
				if pauses[n] < base*5/4 {
					early++
				}
				if pauses[n] > base*7/4 {
					late++
				}
			}
			// By chance none of 60 pauses falls into one quarter of the range once in thirty million runs.
			assert.Positive(t, early, "pause %d: no client comes back early", n)
			assert.Positive(t, late, "pause %d: no client comes back late", n)
		}
	})
}
