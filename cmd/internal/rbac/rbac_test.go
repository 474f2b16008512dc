package rbac_test

import (
	"bufio"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/cmd/internal/rbac"
)

// The programs in testdata say in a comment at the end of a line what the line needs, or that this cannot be known:
//
//	_, _ = robots.Get(…) // needs get robots
//	_ = client.Delete(…) // open: dynamic client: …
//
// Nothing else may be needed.
func TestForms(t *testing.T) {
	dirs, err := filepath.Glob("testdata/forms/*")
	require.NoError(t, err)
	together := map[string][]string{}
	for _, dir := range dirs {
		name := filepath.Base(dir)
		switch name {
		case "interfaces", "library", "listers":
			// Its types implement interfaces of other programs; it is no program; it has no clients.
			together[name] = []string{dir}
		default:
			together["others"] = append(together["others"], dir)
		}
	}
	require.Len(t, together, 4)
	for name, dirs := range together {
		t.Run(name, func(t *testing.T) {
			want := map[string]string{}
			patterns := make([]string, len(dirs))
			for i, dir := range dirs {
				patterns[i] = "./" + dir
				maps.Copy(want, wanted(t, dir))
			}
			got, err := rbac.Analyze(t.Context(), rbac.Options{Patterns: patterns})
			require.NoError(t, err)
			assert.Equal(t, want, found(got))
		})
	}
}

// found returns the uses by file and line.
func found(r *rbac.Result) map[string]string {
	lines := map[string]string{}
	for _, rule := range (&rbac.Result{Uses: withoutGroups(r.Uses)}).Rules(false) {
		for _, need := range rule.Needs {
			at := need.Position.String()
			lines[at] = join(lines[at], need.What)
		}
	}
	for _, open := range r.Open {
		lines[open.At.String()] = join(lines[open.At.String()], "open: "+open.What)
	}
	return lines
}

// withoutGroups removes the groups from the uses, so that all uses of a line are in the order of their resources.
func withoutGroups(uses []rbac.Use) []rbac.Use {
	uses = slices.Clone(uses)
	for i := range uses {
		uses[i].Group = ""
	}
	return uses
}

func join(a, b string) string {
	parts := append(strings.Split(a, "; "), strings.Split(b, "; ")...)
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "; ")
}

// wanted reads the comments of the files in a folder.
func wanted(t *testing.T, dir string) map[string]string {
	t.Helper()
	lines := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		scanner := bufio.NewScanner(strings.NewReader(string(text)))
		for n := 1; scanner.Scan(); n++ {
			at := "cmd/internal/rbac/" + filepath.ToSlash(name) + ":" + strconv.Itoa(n)
			if _, want, ok := strings.Cut(scanner.Text(), "// needs "); ok {
				lines[at] = join("", want)
			} else if _, want, ok := strings.Cut(scanner.Text(), "// open: "); ok {
				lines[at] = join("", "open: "+want)
			}
		}
	}
	require.NotEmpty(t, slices.Collect(maps.Keys(lines)))
	return lines
}
