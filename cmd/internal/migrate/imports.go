package migrate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/typewright/typewright/internal/importmap"
)

// imports rewrites every Go file of the module in a layer above it, and checks that.
func (m *module) imports(ctx context.Context) error {
	places := map[string][]string{} // import paths of ours to the imports that become them
	var missing []string
	total := 0
	err := m.eachFile(func(path string) error {
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rewritten, moved, left, err := importmap.Rewrite(path, source)
		if err != nil {
			return err
		}
		for _, i := range left {
			missing = append(missing, m.place(path, i))
		}
		for _, i := range moved {
			ours, _ := importmap.Path(i.Path)
			places[ours] = append(places[ours], m.place(path, i))
		}
		total += len(moved)
		if !bytes.Equal(source, rewritten) {
			return m.change(path, rewritten)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if total+len(missing) == 0 {
		return errors.New("no file of this module imports k8s.io/client-go: there is nothing to move")
	}
	m.say("%d imports in %d files", total, len(m.changes))
	if err := m.editMod(ctx, m.importDirectives(places)...); err != nil {
		return err
	}
	absent, err := m.absent(ctx, places)
	if err != nil {
		return err
	}
	if missing = append(missing, absent...); len(missing) > 0 {
		slices.Sort(missing)
		return &NoCounterpartError{missing}
	}
	return m.check(ctx)
}

func (m *module) place(path string, i importmap.Import) string {
	if name, err := filepath.Rel(m.root, path); err == nil {
		path = name
	}
	return fmt.Sprintf("%s:%d: %s", path, i.Line, i.Path)
}

// eachFile calls fn with each Go file of the module. Like the go command it leaves out nested modules, vendor, testdata, and what
// begins with a dot or an underscore. Links are not followed.
func (m *module) eachFile(fn func(path string) error) error {
	return filepath.WalkDir(m.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == m.root {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			if err == nil || name == "vendor" || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || filepath.Ext(name) != ".go" {
			return nil
		}
		return fn(path)
	})
}

// absent returns the imports whose counterpart by rule does not exist.
func (m *module) absent(ctx context.Context, places map[string][]string) ([]string, error) {
	paths := make([]string, 0, len(places))
	for path := range places {
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		return nil, nil
	}
	out, err := m.goCommand(ctx, append([]string{"list", "-mod=mod", "-e", "-find", "-f", "{{if .Error}}{{.ImportPath}}{{end}}"}, paths...)...)
	if err != nil {
		return nil, err
	}
	var missing []string
	for path := range strings.FieldsSeq(out) {
		missing = append(missing, places[path]...)
	}
	return missing, nil
}
