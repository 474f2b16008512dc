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

// shrink takes away from a failing project what does not matter, and returns the source of what is left. The trials are the same
// for the same seed.
func (w *workshop) shrink(t *testing.T, f failure) string {
	t.Helper()
	small := &workshop{root: w.root, bin: w.bin}
	run := 1
	if cheap := strings.HasPrefix(f.step, "clientgen") || strings.HasPrefix(f.step, "informergen") || f.step == "types"; cheap {
		run = 0
	}
	left := source.Shrink(f.project, *trials, func(p *source.Project) bool {
		return slices.ContainsFunc(small.try(t, []*source.Project{p}, run), f.like)
	})
	return sources(left)
}

// sources are the files of a project, one after the other.
func sources(p *source.Project) string {
	var text strings.Builder
	files := p.Files()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text.WriteString("-- " + name + " --\n" + files[name])
	}
	return text.String()
}

// like tells whether another failure is of the same step, for the same reason as far as one can tell.
func (f failure) like(other failure) bool {
	step, of, _ := strings.Cut(f.step, " of ")
	otherStep, _, _ := strings.Cut(other.step, " of ")
	if step != otherStep {
		return false
	}
	if of != "" {
		return true // a check says enough by its name
	}
	return slices.Contains(reasons(other.text), first(reasons(f.text)))
}

// particular is what a message says of the place and of random names.
var particular = regexp.MustCompile(`\S*\.go:\S*|\S*[0-9]\S*`)

// reasons are the lines of a text without what is particular, but for what processes end with.
func reasons(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(particular.ReplaceAllString(line, "")); line != "" && line != "exit status" {
			all = append(all, line)
		}
	}
	return all
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// TestLikeness tells failures of one kind from others.
func TestLikeness(t *testing.T) {
	at := func(step, text string) failure { return failure{step: step, text: text} }
	undefined := at("types", "a/b/x.go:3:4: undefined: nowhere")
	assert.True(t, undefined.like(at("types", "c.go:1:1: something else\nd/e.go:12:1: undefined: nowhere")))
	assert.False(t, undefined.like(at("go build", "a/b/x.go:3:4: undefined: nowhere")))
	assert.False(t, undefined.like(at("types", "a/b/x.go:3:4: undefined: elsewhere")))
	assert.True(t, at("check copies of v1.Robot", "--- FAIL").like(at("check copies of v2.Site5", "other")))
	assert.False(t, at("check copies of v1.Robot", "").like(at("check fake of v1.Robot", "")))
	assert.False(t, at("clientgen", "exit status 1\na.go:1:2: bad").like(at("clientgen", "exit status 1\na.go:1:2: worse")))
}
