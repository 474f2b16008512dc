package random

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/typewright/typewright/test/random/source"
)

// shrink removes parts of a failing project that do not matter for the failure, and returns the source of the rest. The same seed leads to
// the same trials.
func (w *harness) shrink(t *testing.T, f failure) string {
	t.Helper()
	small := &harness{root: w.root, bin: w.bin}
	run := 1
	if cheap := strings.HasPrefix(f.step, "clientgen") || strings.HasPrefix(f.step, "informergen") || f.step == "types"; cheap {
		run = 0
	}
	left := source.Shrink(f.project, *trials, func(p *source.Project) bool {
		return slices.ContainsFunc(small.runSteps(t, []*source.Project{p}, run), f.sameFailure)
	})
	return sources(left)
}

// sources returns the files of a project as one text.
func sources(p *source.Project) string {
	var text strings.Builder
	files := p.Files()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text.WriteString("-- " + name + " --\n" + files[name])
	}
	return text.String()
}

// sameFailure reports whether another failure is of the same step and has the same first message or check.
func (f failure) sameFailure(other failure) bool {
	step, of, _ := strings.Cut(f.step, " of ")
	otherStep, _, _ := strings.Cut(other.step, " of ")
	if step != otherStep {
		return false
	}
	if of != "" {
		return true // the name of the check is enough
	}
	return slices.Contains(reasons(other.text), firstOf(reasons(f.text)))
}

// specifics matches positions and random names in a message.
var specifics = regexp.MustCompile(`\S*\.go:\S*|\S*[0-9]\S*`)

// reasons returns the lines of a text without positions and random names. It leaves out "exit status".
func reasons(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(specifics.ReplaceAllString(line, "")); line != "" && line != "exit status" {
			all = append(all, line)
		}
	}
	return all
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// TestSameFailure compares failures that are the same and that are not.
func TestSameFailure(t *testing.T) {
	at := func(step, text string) failure { return failure{step: step, text: text} }
	undefined := at("types", "a/b/x.go:3:4: undefined: nowhere")
	assert.True(t, undefined.sameFailure(at("types", "c.go:1:1: something else\nd/e.go:12:1: undefined: nowhere")))
	assert.False(t, undefined.sameFailure(at("go build", "a/b/x.go:3:4: undefined: nowhere")))
	assert.False(t, undefined.sameFailure(at("types", "a/b/x.go:3:4: undefined: elsewhere")))
	assert.True(t, at("check copies of v1.Robot", "--- FAIL").sameFailure(at("check copies of v2.Site5", "other")))
	assert.False(t, at("check copies of v1.Robot", "").sameFailure(at("check fake of v1.Robot", "")))
	assert.False(t, at("clientgen", "exit status 1\na.go:1:2: bad").sameFailure(at("clientgen", "exit status 1\na.go:1:2: worse")))
}
