package emit

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff shows changes as a unified diff, with paths relative to Dir. It changes nothing.
type Diff struct {
	W   io.Writer
	Dir string
}

// Apply implements [Sink].
func (d Diff) Apply(_ context.Context, changes Changes) error {
	for _, c := range changes.List {
		if _, err := d.W.Write(Unified(Relative(d.Dir, c.Path), c)); err != nil {
			return err
		}
	}
	return nil
}

// Unified is one change as a unified diff under the given name.
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
	// The library's own first line repeats the names.
	if _, rest, ok := strings.Cut(string(text), "\n"); ok {
		return []byte(rest)
	}
	return text
}

// List names the changes, one a line. It changes nothing.
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

// Relative is the path as seen from dir, where that is shorter.
func Relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}

// Nothing is the sink that takes no notice of changes, for callers which only want to know them.
type Nothing struct{}

// Apply implements [Sink].
func (Nothing) Apply(context.Context, Changes) error { return nil }
