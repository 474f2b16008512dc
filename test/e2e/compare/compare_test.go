package compare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// playing returns a player whose servers answer each step with its name. The answers to the step differs are different, but only after the
// step needs.
func playing(differs, needs string) Player {
	return func(_ context.Context, steps []string) (Outcome, error) {
		o := Outcome{At: -1}
		for i, step := range steps {
			o.Compared++
			switch {
			case step == "broken":
				return o, errors.New("no answer")
			case step == "known":
				o.Excuses = append(o.Excuses, "a reason")
			case step == differs && slices.Contains(steps[:i], needs):
				o.At, o.Actual, o.Ours = i, "same\n"+step, "same\nnot "+step
				return o, nil
			default:
				o.Agreed++
			}
		}
		return o, nil
	}
}

func TestShrinkKeepsNeededSteps(t *testing.T) {
	tests := []struct{ steps, want []string }{
		{[]string{"need", "bad"}, []string{"need", "bad"}},
		{[]string{"x", "need", "y", "z", "bad", "w"}, []string{"need", "bad"}},
		{[]string{"need", "x", "need", "known", "bad"}, []string{"need", "bad"}},
	}
	for _, tt := range tests {
		play := playing("bad", "need")
		o, err := play(t.Context(), tt.steps)
		require.NoError(t, err)
		require.GreaterOrEqual(t, o.At, 0)
		short, o := play.Shrink(t.Context(), tt.steps, o)
		assert.Equal(t, tt.want, short)
		assert.Equal(t, "the real server (-), apitest (+)\n  same\n- bad\n+ not bad\n", o.Text())
	}
}

// recorder is a T that records logs and errors.
type recorder struct {
	*testing.T

	mu             sync.Mutex
	logs, problems []string
}

func (t *recorder) Log(args ...any) { t.keep(&t.logs, fmt.Sprint(args...)) }

func (t *recorder) Logf(format string, args ...any) { t.keep(&t.logs, fmt.Sprintf(format, args...)) }

func (t *recorder) Errorf(format string, args ...any) {
	t.keep(&t.problems, fmt.Sprintf(format, args...))
}

func (t *recorder) keep(in *[]string, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*in = append(*in, text)
}

func TestRunFailsIfTooFewAnswersAgree(t *testing.T) {
	sequences := [][]string{{"a", "need", "bad"}, {"a", "b", "c", "d"}, {"known", "a", "b"}, {"broken"}}
	for _, tt := range []struct {
		atLeast  float64
		count    int
		problems []string
	}{
		{70, 3, nil},
		{81, 3, []string{"80.00 % of the answers are alike, less than 81.00 %"}},
		{70, 4, []string{"seed 8: no answer"}},
	} {
		kept := &recorder{T: t}
		Run{
			Sequences: tt.count, First: 5, AtLeast: tt.atLeast, Show: 1,
			Sequence: func(seed uint64) ([]string, Player) { return sequences[seed-5], playing("bad", "need") },
			Print:    func(steps []string) string { return strings.Join(steps, "; ") },
			Again:    "again %d",
		}.Test(kept)
		assert.Equal(t, tt.problems, kept.problems)
		assert.Equal(t, []string{"seed 5:\nneed; bad\nthe real server (-), apitest (+)\n  same\n- bad\n+ not bad\n\nagain: again 5", "known: a reason: 1"}, kept.logs)
	}
}

func TestTextOmitsDistantEqualLines(t *testing.T) {
	lines := strings.Split("1 2 3 4 5 6 7 8 9", " ")
	other := slices.Clone(lines)
	other[8] = "x"
	got := Outcome{Actual: strings.Join(lines, "\n"), Ours: strings.Join(other, "\n")}.Text()
	assert.Equal(t, "the real server (-), apitest (+)\n  (5 equal lines)\n  6\n  7\n  8\n- 9\n+ x\n", got)
}
