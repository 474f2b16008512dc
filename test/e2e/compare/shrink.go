package compare

import (
	"context"
	"slices"
)

// Outcome is what a sequence has shown.
type Outcome struct {
	// Compared counts answers, and Agreed those that are the same on both servers.
	Compared, Agreed int
	// Excuses are the reasons of the differences that are known.
	Excuses []string
	// At is the first step whose answers differ for no known reason, -1 if there is none; Actual and Ours are its answers. It is the
	// number of steps if what differs is the state in the end.
	At           int
	Actual, Ours string
}

// Player plays steps to both servers.
type Player func(ctx context.Context, steps []string) (Outcome, error)

// Shrink returns the shortest sequence that it finds to end in a difference that is not known. It takes steps out one by one, the
// last first, so the order of what stays is the same.
func (play Player) Shrink(ctx context.Context, steps []string, o Outcome) ([]string, Outcome) {
	steps = steps[:min(o.At+1, len(steps))]
	for i := len(steps) - 1; i >= 0; i-- {
		if i == o.At {
			continue // the step that shows the difference
		}
		shorter := slices.Delete(slices.Clone(steps), i, i+1)
		if again, err := play(ctx, shorter); err == nil && again.At >= 0 {
			steps, o = shorter[:min(again.At+1, len(shorter))], again
			i = min(i, len(steps))
		}
	}
	return steps, o
}
