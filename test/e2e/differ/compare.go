package differ

import (
	"context"
	"fmt"
	"strings"

	"github.com/typewright/typewright/runtime/apitest/conformance"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/compare"
)

// servers are the configurations of the two servers to compare.
type servers struct{ actual, ours *rest.Config }

// play sends the requests of a conversation to both servers, and compares the answers up to the first difference, known or not.
func (s servers) play(ctx context.Context, requests []string) (compare.Outcome, error) {
	asked := conformance.NewCase("random", requests)
	actual, err := conformance.Play(ctx, s.actual, asked)
	if err != nil {
		return compare.Outcome{}, fmt.Errorf("the real server: %w", err)
	}
	ours, err := conformance.Play(ctx, s.ours, asked)
	if err != nil {
		return compare.Outcome{}, fmt.Errorf("apitest: %w", err)
	}
	o := compare.Outcome{At: -1}
	for i, request := range requests {
		if strings.HasPrefix(request, "SET ") {
			continue
		}
		o.Compared++
		was, is := actual.Answer(i), ours.Answer(i)
		if was == is {
			o.Agreed++
			continue
		}
		if why := conformance.Excuse(request, was, is); why != "" {
			o.Excuses = []string{why}
		} else {
			o.At, o.Actual, o.Ours = i, was, is
		}
		return o, nil
	}
	return o, nil
}

// asCase writes a conversation as a conformance case.
func asCase(requests []string) string {
	var b strings.Builder
	for _, request := range requests {
		b.WriteString(strings.ReplaceAll(request, shown, " +managedFields") + "\n\n")
	}
	return b.String()
}
