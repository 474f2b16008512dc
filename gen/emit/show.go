package emit

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff prints changes as a unified diff, with paths relative to Dir. It changes nothing.
type Diff struct {
	W   io.Writer
	Dir string
	// Color marks what was added and removed by the colours of ECMA-48, for terminals.
	Color bool
}

// Apply implements [Sink].
func (d Diff) Apply(_ context.Context, changes Changes) error {
	for _, c := range changes.List {
		text := Unified(Relative(d.Dir, c.Path), c)
		if d.Color {
			text = colored(text)
		}
		if _, err := d.W.Write(text); err != nil {
			return err
		}
	}
	return nil
}

// colored returns a unified diff with its lines in the colours that git uses.
func colored(text []byte) []byte {
	const bold, red, green, cyan, plain = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[m"
	var out bytes.Buffer
	header := true // the names of the files, before the first hunk
	for line := range bytes.Lines(text) {
		color := ""
		switch {
		case line[0] == '@':
			color, header = cyan, false
		case header:
			color = bold
		case line[0] == '-':
			color = red
		case line[0] == '+':
			color = green
		}
		if color == "" {
			out.Write(line)
			continue
		}
		content, found := bytes.CutSuffix(line, []byte("\n"))
		out.WriteString(color)
		out.Write(content)
		out.WriteString(plain)
		if found {
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

// Unified returns one change as a unified diff under the given name.
func Unified(name string, c Change) []byte {
	name = filepath.ToSlash(name)
	from, to := "a/"+name, "b/"+name
	switch c.Action {
	case Create:
		from = "/dev/null"
	case Remove:
		to = "/dev/null"
	}
	text := diff.Diff(from, c.Old, to, c.New)
	// The first line, "diff from to", repeats the names.
	if _, rest, ok := strings.Cut(string(text), "\n"); ok {
		return []byte(rest)
	}
	return text
}

// List prints the action and the path of each change, one per line, with paths relative to Dir. It changes nothing.
type List struct {
	W   io.Writer
	Dir string
}

// Apply implements [Sink].
func (l List) Apply(_ context.Context, changes Changes) error {
	for _, c := range changes.List {
		if _, err := fmt.Fprintf(l.W, "%s %s\n", c.Action, Relative(l.Dir, c.Path)); err != nil {
			return err
		}
	}
	return nil
}

// Relative returns the path relative to dir if that is shorter, else the path itself.
func Relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}

// Nothing is a sink that ignores changes, for callers that only need the list.
type Nothing struct{}

// Apply implements [Sink].
func (Nothing) Apply(context.Context, Changes) error { return nil }
