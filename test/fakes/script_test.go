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

// scripts is the number of random scripts that each test runs, steps the number of calls in a script.
const scripts, steps = 60, 80

// compareScripts runs the same random calls on both sides and compares the results. newSides returns a fresh pair of fakes: each is a
// function that makes one call, chosen by the random numbers, and describes its result as text.
func compareScripts(t *testing.T, newSides func() (theirs, ours func(*rand.Rand) string)) {
	t.Helper()
	for seed := range uint64(scripts) {
		theirs, ours := newSides()
		ourRandom, theirRandom := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 1))
		history := []string{}
		for range steps {
			want, got := theirs(theirRandom), ours(ourRandom)
			history = append(history, want)
			require.Equal(t, want, got, "script %d:\n%s", seed, strings.Join(history, "\n"))
		}
	}
}

// describeResult returns the name and the result of a call as text.
func describeResult(call string, result any, err error) string {
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

// pendingEvents describes the events that are in the channel now.
func pendingEvents(w watch.Interface) string { return pendingEventsExcept("", w) }

// initialEvents describes the events with which a watch begins, without deletions: client-go's watches begin without them, ours with
// those since the resource version of the watch (docs/decisions/fakes.md).
func initialEvents(w watch.Interface) string { return pendingEventsExcept(watch.Deleted, w) }

func pendingEventsExcept(ignored watch.EventType, w watch.Interface) string {
	events := []string{}
	for {
		select {
		case event := <-w.ResultChan():
			if event.Type == ignored {
				continue
			}
			events = append(events, fmt.Sprintf("%s %T %s", event.Type, event.Object, asJSON(event.Object)))
		default:
			return strings.Join(events, "; ")
		}
	}
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }
