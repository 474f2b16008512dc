package differ

import (
	"context"
	"fmt"
	"strings"

	"github.com/typewright/typewright/runtime/apitest/conformance"
	"github.com/typewright/typewright/runtime/rest"
)

// servers are the two that are compared.
type servers struct{ actual, ours *rest.Config }

// outcome is what a conversation has shown.
type outcome struct {
	compared, agreed int
	// at is the first step that was answered differently, -1 if there is none. excuse says why this is known.
	at           int
	excuse       string
	actual, ours string
}

// play plays a conversation to both servers and compares until the first difference.
func (s servers) play(ctx context.Context, requests []string) (outcome, error) {
	asked := conformance.NewCase("random", requests)
	actual, err := conformance.Play(ctx, s.actual, asked)
	if err != nil {
		return outcome{}, fmt.Errorf("the real server: %w", err)
	}
	ours, err := conformance.Play(ctx, s.ours, asked)
	if err != nil {
		return outcome{}, fmt.Errorf("apitest: %w", err)
	}
	o := outcome{at: -1}
	for i, request := range requests {
		if strings.HasPrefix(request, "SET ") {
			continue
		}
		o.compared++
		if o.actual, o.ours = actual.Answer(i), ours.Answer(i); o.actual != o.ours {
			o.at, o.excuse = i, conformance.Excuse(request, o.actual, o.ours)
			return o, nil
		}
		o.agreed++
	}
	return o, nil
}

// shrink returns the shortest conversation that it finds to end in a difference that is not excused. It takes steps out one by
// one, the last first, so the order of what stays is the same.
func (s servers) shrink(ctx context.Context, requests []string, o outcome) ([]string, outcome) {
	requests = requests[:o.at+1]
	for i := len(requests) - 2; i >= 0; i-- {
		shorter := append(append([]string{}, requests[:i]...), requests[i+1:]...)
		if again, err := s.play(ctx, shorter); err == nil && again.at >= 0 && again.excuse == "" {
			requests, o = shorter[:again.at+1], again
			i = min(i, len(requests)-1)
		}
	}
	return requests, o
}

// text shows a conversation that ends in a difference as a conformance case, and apitest's answer below it.
func (o outcome) text(requests []string) string {
	var b strings.Builder
	for _, request := range requests {
		b.WriteString(strings.ReplaceAll(request, shown, " +managedFields") + "\n\n")
	}
	b.WriteString("the real server (-), apitest (+)\n")
	actual, ours := strings.Split(o.actual, "\n"), strings.Split(o.ours, "\n")
	for _, line := range actual {
		b.WriteString("- " + line + "\n")
	}
	for _, line := range ours {
		b.WriteString("+ " + line + "\n")
	}
	return b.String()
}
