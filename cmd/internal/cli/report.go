package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/typewright/typewright/gen"
	"github.com/typewright/typewright/gen/emit"
)

// outcome is what there is to say about a run.
type outcome struct {
	changes emit.Changes
	result  gen.Result
	took    time.Duration
}

// report says in one line what was done, or would be; with --verbose also each change and step.
func (o *options) report(streams Streams, dir string, out outcome) {
	switch {
	case o.json:
		o.reportJSON(streams, out)
		return
	case o.quiet:
		return
	}
	if o.verbose {
		if !o.dryRun {
			_ = emit.List{W: streams.Err, Dir: dir}.Apply(nil, out.changes)
		}
		t := out.result.Times
		fmt.Fprintf(streams.Err, "load %s, model %s, render %s\n", rounded(t.Load), rounded(t.Model), rounded(t.Render))
	}
	fmt.Fprintf(streams.Err, "%s: %s in %s\n", o.config.Tool, o.summary(out), rounded(out.took))
}

// summary is such as "3 groups, 7 kinds: 2 created, 1 updated, 40 unchanged".
func (o *options) summary(out outcome) string {
	counts := map[emit.Action]int{}
	for _, c := range out.changes.List {
		counts[c.Action]++
	}
	groups, kinds := 0, 0
	if api := out.result.API; api != nil {
		groups = len(api.Groups)
		for _, g := range api.Groups {
			for _, v := range g.Versions {
				kinds += len(v.Kinds)
			}
		}
	}
	created, updated, removed := "created", "updated", "removed"
	if o.verify || o.dryRun {
		created, updated, removed = "missing", "stale", "to remove"
	}
	text := fmt.Sprintf("%d groups, %d kinds: ", groups, kinds)
	if len(out.changes.List) == 0 {
		return text + fmt.Sprintf("%d files up to date", out.changes.Unchanged)
	}
	return text + fmt.Sprintf("%d %s, %d %s, %d %s, %d unchanged", counts[emit.Create], created,
		counts[emit.Update], updated, counts[emit.Remove], removed, out.changes.Unchanged)
}

func rounded(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// jsonReport is what --output=json prints: one object.
type jsonReport struct {
	Tool      string       `json:"tool"`
	UpToDate  bool         `json:"upToDate"`
	Unchanged int          `json:"unchanged"`
	Changes   []jsonChange `json:"changes"`
	Millis    int64        `json:"milliseconds"`
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
		change := jsonChange{Path: filepath.ToSlash(emit.Relative(out.result.Root, c.Path)), Action: string(c.Action)}
		if o.verify {
			change.Diff = string(emit.Unified(change.Path, c))
		}
		report.Changes = append(report.Changes, change)
	}
	encoder := json.NewEncoder(streams.Out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(report)
}
