package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// differences tells where two sets of states differ.
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

// Check waits until every informer has what an independent client lists, for as long as limit, and returns what is wrong.
// Nobody may write meanwhile.
func (w *World) Check(ctx context.Context, limit time.Duration) []string {
	var problems []string
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		problems = w.differences(ctx)
		if len(problems) == 0 || time.Since(begun) > limit {
			break
		}
	}
	for _, wr := range w.writers {
		problems = append(problems, wr.lost(ctx)...)
	}
	return problems
}

func (w *World) differences(ctx context.Context) []string {
	var problems []string
	for _, r := range w.resources {
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

// lost tells which acknowledged writes are not there.
func (w *writer) lost(ctx context.Context) []string {
	listed, err := w.resource.listed(ctx)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, o := range w.objects {
		value, _, _ := strings.Cut(listed[o.name], "@")
		if !o.allows(value) {
			problems = append(problems, fmt.Sprintf("%s: %s has the value %q on the server; acknowledged was %q, asked for since %q",
				w.resource.name(), o.name, value, o.acknowledged, o.maybe))
		}
	}
	return problems
}
