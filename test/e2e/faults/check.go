package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// differences describes where two sets of states differ.
func differences(gotName string, got map[string]string, wantName string, want map[string]string) []string {
	var found []string
	for name, state := range want {
		if other, there := got[name]; !there {
			found = append(found, fmt.Sprintf("%s lacks %s (%s), which %s has", gotName, name, state, wantName))
		} else if other != state {
			found = append(found, fmt.Sprintf("%s has %s as %s, %s as %s", gotName, name, other, wantName, state))
		}
	}
	for name, state := range got {
		if _, there := want[name]; !there {
			found = append(found, fmt.Sprintf("%s has %s (%s), which %s lacks", gotName, name, state, wantName))
		}
	}
	slices.Sort(found)
	return found
}

// Check waits until every informer has what an independent client lists, at most for limit, and returns the problems. Nothing may
// write meanwhile.
func (h *Harness) Check(ctx context.Context, limit time.Duration) []string {
	var problems []string
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		problems = h.differences(ctx)
		if len(problems) == 0 || time.Since(began) > limit {
			break
		}
	}
	for _, wr := range h.writers {
		problems = append(problems, wr.lostWrites(ctx)...)
	}
	return problems
}

func (h *Harness) differences(ctx context.Context) []string {
	var problems []string
	for _, r := range h.resources {
		listed, err := r.listed(ctx)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		for _, problem := range append(differences("the store", r.cached(), "the server", listed), r.problems()...) {
			problems = append(problems, r.name()+": "+problem)
		}
		if !r.synced() {
			problems = append(problems, r.name()+": the informer has not synced")
		}
	}
	return problems
}

// lostWrites describes objects whose value is not that of an acknowledged or a pending write.
func (w *writer) lostWrites(ctx context.Context) []string {
	listed, err := w.resource.listed(ctx)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, o := range w.objects {
		value, _, _ := strings.Cut(listed[o.name], "@")
		if !o.allows(value) {
			problems = append(problems, fmt.Sprintf("%s: %s has the value %q on the server; acknowledged was %q, pending are %q",
				w.resource.name(), o.name, value, o.acknowledged, o.pending))
		}
	}
	return problems
}
