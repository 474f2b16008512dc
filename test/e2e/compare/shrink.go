package compare

import (
	"context"
	"slices"
)

// Outcome is the result of comparing the answers to a sequence.
type Outcome struct {
	// Compared is the number of answers, Agreed the number of those that are the same on both servers.
	Compared, Agreed int
	// Excuses are the reasons of the known differences.
	Excuses []string
	// At is the index of the first step whose answers differ for no known reason, -1 if there is none. It is the number of steps if only
	// the state after the last step differs. Actual and Ours are the answers.
	At           int
	Actual, Ours string
}

// Player sends the steps to both servers, and compares the answers.
type Player func(ctx context.Context, steps []string) (Outcome, error)

// Shrink returns a shorter sequence that ends in a difference that is not known. It tries to remove each step, from the last to the
// first, and keeps the order of the others.
func (play Player) Shrink(ctx context.Context, steps []string, o Outcome) ([]string, Outcome) {
	steps = steps[:min(o.At+1, len(steps))]
	for i := len(steps) - 1; i >= 0; i-- {
		if i == o.At {
			continue // the answers to this step differ
		}
		shorter := slices.Delete(slices.Clone(steps), i, i+1)
		if again, err := play(ctx, shorter); err == nil && again.At >= 0 {
			steps, o = shorter[:min(again.At+1, len(shorter))], again
			i = min(i, len(steps))
		}
	}
	return steps, o
}
