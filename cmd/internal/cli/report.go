package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/typewright/typewright/gen"
	"github.com/typewright/typewright/gen/emit"
	"github.com/typewright/typewright/gen/model"
)

// outcome is the result of a run without errors.
type outcome struct {
	summary gen.Summary
	changes emit.Changes
	root    string
	// times is zero if nothing has changed since the last run, so that no step was made.
	times gen.Times
	took  time.Duration
}

// report prints one line about what was or would be changed, with --verbose also each change and step, and returns the exit
// code.
func (o *options) report(streams Streams, out outcome) int {
	switch {
	case o.json:
		o.reportJSON(streams, out)
	case !o.quiet:
		if o.verbose {
			o.reportSteps(streams, out)
		}
		fmt.Fprintf(streams.Err, "%s: %s in %s\n", o.config.Tool, o.sentence(out), rounded(out.took))
		if o.verify && len(out.changes.List) > 0 {
			fmt.Fprintf(streams.Err, "to mend it: run go generate, or %s with the same flags but without --verify, and commit what it writes\n", o.config.Tool)
		}
	}
	if o.verify && len(out.changes.List) > 0 {
		return ExitStale
	}
	return ExitDone
}

func (o *options) reportSteps(streams Streams, out outcome) {
	if !o.dryRun {
		_ = emit.List{W: streams.Err, Dir: workingFolder()}.Apply(context.Background(), out.changes)
	}
	if out.times == (gen.Times{}) {
		fmt.Fprintln(streams.Err, "nothing has changed since the last run")
		return
	}
	fmt.Fprintf(streams.Err, "load %s, model %s, render %s\n", rounded(out.times.Load), rounded(out.times.Model), rounded(out.times.Render))
}

// sentence returns for example "3 groups, 7 kinds: 2 created, 1 updated, 0 removed, 40 unchanged".
func (o *options) sentence(out outcome) string {
	text := count(out.summary.Groups, "group") + ", " + count(out.summary.Kinds, "kind") + ": "
	if len(out.changes.List) == 0 {
		return text + count(out.changes.Unchanged, "file") + " up to date"
	}
	counts := map[emit.Action]int{}
	for _, c := range out.changes.List {
		counts[c.Action]++
	}
	created, updated, removed := "created", "updated", "removed"
	if o.verify || o.dryRun {
		created, updated, removed = "missing", "stale", "to remove"
	}
	return text + fmt.Sprintf("%d %s, %d %s, %d %s, %d unchanged, in %s", counts[emit.Create], created,
		counts[emit.Update], updated, counts[emit.Remove], removed, out.changes.Unchanged, places(out))
}

// places are the folders in the root of the module below which the changes are.
func places(out outcome) string {
	var folders []string
	for _, c := range out.changes.List {
		folder, _, _ := strings.Cut(filepath.ToSlash(emit.Relative(out.root, c.Path)), "/")
		folders = append(folders, folder+"/")
	}
	slices.Sort(folders)
	return strings.Join(slices.Compact(folders), ", ")
}

// count returns for example "1 file" or "2 files".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

func rounded(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// jsonReport is the object that --output=json prints for a run without errors.
type jsonReport struct {
	Tool      string       `json:"tool"`
	UpToDate  bool         `json:"upToDate"`
	Unchanged int          `json:"unchanged"`
	Changes   []jsonChange `json:"changes"`
	Millis    int64        `json:"milliseconds"`
}

// jsonFailure is the object that --output=json prints for a failed run.
type jsonFailure struct {
	Tool string `json:"tool"`
	// UpToDate is always false.
	UpToDate bool `json:"upToDate"`
	// Error is the text on standard error; Problems are the problems of the input, empty for other errors.
	Error    string        `json:"error"`
	Problems []jsonProblem `json:"problems"`
}

type jsonProblem struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	What   string `json:"what"`
	Todo   string `json:"todo,omitempty"`
}

// failJSON prints an error as JSON if --output=json is set.
func (o *options) failJSON(streams Streams, err error) {
	if !o.json {
		return
	}
	failure := jsonFailure{Tool: o.config.Tool, Error: err.Error(), Problems: []jsonProblem{}}
	if input, ok := errors.AsType[*model.InputError](err); ok {
		for _, p := range input.Problems {
			failure.Problems = append(failure.Problems, jsonProblem{
				File: filepath.ToSlash(p.Pos.Filename), Line: p.Pos.Line, Column: p.Pos.Column, What: p.What, Todo: p.Todo,
			})
		}
	}
	printJSON(streams, failure)
}

func printJSON(streams Streams, value any) {
	encoder := json.NewEncoder(streams.Out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(value)
}

type jsonChange struct {
	Path   string `json:"path"`
	Action string `json:"action"`
	Diff   string `json:"diff,omitempty"`
}

func (o *options) reportJSON(streams Streams, out outcome) {
	report := jsonReport{
		Tool: o.config.Tool, UpToDate: len(out.changes.List) == 0, Unchanged: out.changes.Unchanged,
		Changes: []jsonChange{}, Millis: out.took.Milliseconds(),
	}
	for _, c := range out.changes.List {
		change := jsonChange{Path: filepath.ToSlash(emit.Relative(out.root, c.Path)), Action: string(c.Action)}
		if o.verify {
			change.Diff = string(emit.Unified(change.Path, c))
		}
		report.Changes = append(report.Changes, change)
	}
	printJSON(streams, report)
}
