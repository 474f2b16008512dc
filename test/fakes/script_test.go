package fakes

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/watch"
)

// scripts is how many random scripts each test plays, steps how many calls each has.
const scripts, steps = 60, 80

// play gives both sides the same calls. A call is made of the numbers that the script yields, and returns all that can be
// told about its outcome.
func play(t *testing.T, begin func() (theirs, ours func(*rand.Rand) string)) {
	t.Helper()
	for seed := range uint64(scripts) {
		theirs, ours := begin()
		mine, yours := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 1))
		history := []string{}
		for range steps {
			want, got := theirs(yours), ours(mine)
			history = append(history, want)
			require.Equal(t, want, got, "script %d:\n%s", seed, strings.Join(history, "\n"))
		}
	}
}

// outcome is what a call returned.
func outcome(call string, result any, err error) string {
	if err != nil {
		return fmt.Sprintf("%s: error %T %v", call, err, err)
	}
	return call + ": " + asJSON(result)
}

func asJSON(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// drain tells the events that are in the channel now.
func drain(w watch.Interface) string { return drainBut("", w) }

// begin tells the events that a watch begins with, but for removals: client-go's watches tell none there, ours those since the list
// of the watch's version (docs/decisions/fakes.md).
func begin(w watch.Interface) string { return drainBut(watch.Deleted, w) }

func drainBut(left watch.EventType, w watch.Interface) string {
	told := []string{}
	for {
		select {
		case event := <-w.ResultChan():
			if event.Type == left {
				continue
			}
			told = append(told, fmt.Sprintf("%s %T %s", event.Type, event.Object, asJSON(event.Object)))
		default:
			return strings.Join(told, "; ")
		}
	}
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }
