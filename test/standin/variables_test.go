package standin

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestVariablesAreShared runs a program that compares the address of each linked variable of the stand-in with that of our variable. The
// program compiles only if the types are the same.
func TestVariablesAreShared(t *testing.T) {
	linked := linkedVariables(t)
	require.Greater(t, len(linked), 40)
	var imports, checks strings.Builder
	seen := map[string]bool{}
	for _, v := range linked {
		for alias, path := range map[string]string{"a": v.theirs, "b": v.ours} {
			name := name(alias, path)
			if !seen[name] {
				fmt.Fprintf(&imports, "\t%s %q\n", name, path)
				seen[name] = true
			}
		}
		fmt.Fprintf(&checks, "\tif &%s.%s != &%s.%s {\n\t\tprintln(%q)\n\t}\n", name("a", v.theirs), v.name, name("b", v.ours), v.name, v.theirs+"."+v.name)
	}
	dir := t.TempDir()
	program := "package main\n\nimport (\n" + imports.String() + ")\n\nfunc main() {\n" + checks.String() + "\tprintln(\"compared\")\n}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o600))
	writeModule(t, dir)
	assert.Equal(t, "compared\n", runGo(t, dir, "run", "."), "the variables that are not shared are above")
}

type variable struct{ theirs, ours, name string }

func name(side, path string) string {
	return side + regexp.MustCompile(`[^a-zA-Z0-9]`).ReplaceAllString(path, "_")
}

var linkname = regexp.MustCompile(`(?m)^\s*//go:linkname (\w+) (\S+)\.(\w+)$`)

// linkedVariables finds the variables of the stand-in that a go:linkname directive binds to ours.
func linkedVariables(t *testing.T) []variable {
	t.Helper()
	module := filepath.Join(root(t), "standin")
	var all []variable
	require.NoError(t, filepath.WalkDir(module, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(module, filepath.Dir(path))
		for _, match := range linkname.FindAllStringSubmatch(string(data), -1) {
			assert.Equal(t, match[1], match[3], path)
			all = append(all, variable{clientGoPath + "/" + filepath.ToSlash(folder), match[2], match[1]})
		}
		return err
	}))
	return all
}

// writeModule writes go.mod and go.sum of a module that has the requirements of the stand-in and replaces client-go with it.
func writeModule(t *testing.T, dir string) {
	t.Helper()
	standin := filepath.Join(root(t), "standin")
	mod, err := os.ReadFile(filepath.Join(standin, "go.mod"))
	require.NoError(t, err)
	text := strings.Replace(string(mod), "module "+clientGoPath, "module moved.example", 1)
	text, _, _ = strings.Cut(text, "\nreplace (")
	text += "\nrequire " + clientGoPath + " v0.37.2\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o600))
	sum, err := os.ReadFile(filepath.Join(standin, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o600))
	runGo(t, dir, append([]string{"mod", "edit"}, replacements(root(t))...)...)
}
