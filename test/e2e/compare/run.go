package compare

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Run compares the answers to many sequences.
type Run struct {
	// Sequences is the number of sequences. First is the seed of the first one; the next ones have the seeds after it.
	Sequences int
	First     uint64
	// AtLeast is the percentage of answers that must be the same on both servers.
	AtLeast float64
	// Show is the largest number of differences to shrink and to log.
	Show int
	// Sequence returns the steps of a seed, and the function that plays them.
	Sequence func(seed uint64) (steps []string, play Player)
	// Print writes steps in the form in which a reader can repeat them.
	Print func(steps []string) string
	// Again is the command that repeats a sequence, with a formatting verb for the seed.
	Again string
}

// T has the methods of *testing.T that a run needs.
type T interface {
	Helper()
	Context() context.Context
	Log(args ...any)
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
}

// workers is the number of sequences that are played at the same time.
const workers = 6

// Test plays all sequences, logs the figures and the differences, and fails if too few answers are alike.
func (r Run) Test(t T) {
	t.Helper()
	var next, shown atomic.Int64
	counted := &counts{excuses: map[string]int{}}
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(r.Sequences); i = next.Add(1) - 1 {
				seed := r.First + uint64(i) //nolint:gosec // i is not negative
				steps, play := r.Sequence(seed)
				o, err := play(t.Context(), steps)
				if err != nil {
					t.Errorf("seed %d: %v", seed, err)
					continue
				}
				counted.add(o)
				if o.At >= 0 && shown.Add(1) <= int64(r.Show) {
					t.Log(r.report(t.Context(), seed))
				}
			}
		})
	}
	wait.Wait()
	fmt.Println(counted)
	for _, why := range slices.Sorted(maps.Keys(counted.excuses)) {
		t.Logf("known: %s: %d", why, counted.excuses[why])
	}
	if alike := percent(counted.agreed, counted.compared); alike < r.AtLeast {
		t.Errorf("%.2f %% of the answers are alike, less than %.2f %%", alike, r.AtLeast)
	}
}

// report repeats a sequence. If the answers differ again, it returns a shortened form with both answers.
func (r Run) report(ctx context.Context, seed uint64) string {
	steps, play := r.Sequence(seed)
	again, err := play(ctx, steps)
	if err != nil || again.At < 0 {
		return fmt.Sprintf("seed %d: not reproducible", seed)
	}
	short, o := play.Shrink(ctx, steps, again)
	return strings.Join([]string{fmt.Sprintf("seed %d:", seed), r.Print(short), o.Text(), "again: " + fmt.Sprintf(r.Again, seed)}, "\n")
}

// counts are the totals of a run.
type counts struct {
	mu                                 sync.Mutex
	sequences, alike, compared, agreed int
	known                              int
	excuses                            map[string]int
}

func (f *counts) add(o Outcome) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sequences++
	f.compared += o.Compared
	f.agreed += o.Agreed
	if o.Agreed == o.Compared {
		f.alike++
	} else if o.At < 0 {
		f.known++
	}
	for _, why := range o.Excuses {
		f.excuses[why]++
	}
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(max(whole, 1)) }

func (f *counts) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprintf("%d answers, %.2f %% alike; %d sequences, %.1f %% alike to the end, %d with known differences only",
		f.compared, percent(f.agreed, f.compared), f.sequences, percent(f.alike, f.sequences), f.known)
}
