package standin

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var chosen = flag.String("programs", "", `names of programs of testdata/programs.txt, separated by commas, or "all"; without it those marked "default"`)

var onClientGo = flag.Bool("unmoved", false, "run the tests of the programs on client-go, to compare")

// program is a published module that uses client-go.
type program struct {
	module    string
	byDefault bool
	tests     []string // patterns of the packages whose tests are run; all packages are compiled
}

// TestPrograms compiles programs with the stand-in and runs their tests. Their sources in the module cache stay unchanged. The tests
// that fail must be those of testdata/failing.txt, which gives a reason for each.
func TestPrograms(t *testing.T) {
	reasons := readReasons(t, "failing.txt")
	for _, p := range programs(t, *chosen) {
		t.Run(p.module, func(t *testing.T) {
			dir := download(t, p.module)
			modfile := copyMod(t, dir)
			if !*onClientGo {
				runGo(t, filepath.Dir(modfile), append([]string{"mod", "edit"}, replacements(root(t))...)...)
			}
			flags := []string{"-mod=mod", "-modfile=" + modfile}
			runGo(t, dir, append(append([]string{"build"}, flags...), "./...")...)
			passed, failed := runTests(t, dir, append(flags, p.tests...))
			t.Logf("%d tests passed, %d failed", len(passed), len(failed))
			require.NotEmpty(t, passed)
			if *onClientGo {
				t.Logf("failed: %s", failed)
				return
			}
			for _, name := range failed {
				assert.Contains(t, reasons, name, "the test fails with the stand-in: go test in %s with -modfile=%s shows why", dir, modfile)
			}
			for _, name := range passed {
				assert.NotContains(t, reasons, name, "the test passes, but testdata/failing.txt lists it")
			}
		})
	}
}

// programs returns the programs of testdata/programs.txt that the list names: part of a path, several separated by commas, or "all".
// An empty list stands for those marked "default".
func programs(t *testing.T, list string) []program {
	t.Helper()
	data, err := os.ReadFile("testdata/programs.txt")
	require.NoError(t, err)
	names := strings.Split(list, ",")
	var all []program
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		p := program{module: words[0], byDefault: words[1] == "default", tests: words[2:]}
		named := slices.ContainsFunc(names, func(n string) bool { return n != "" && strings.Contains(p.module, n) })
		if named || list == "all" || list == "" && p.byDefault {
			all = append(all, p)
		}
	}
	require.NotEmpty(t, all, "no program of testdata/programs.txt is named %s", list)
	return all
}

// copyMod copies the go.mod and go.sum of a module out of the read-only module cache, and returns the path of the go.mod.
func copyMod(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(to, name), data, 0o600))
	}
	return filepath.Join(to, "go.mod")
}

// runTests runs tests and returns the names of those that passed and failed, as PACKAGE.TEST without the module's path.
func runTests(t *testing.T, dir string, args []string) (passed, failed []string) {
	t.Helper()
	out, err := tryGo(t, dir, append([]string{"test", "-json"}, args...)...)
	module := strings.TrimSpace(runGo(t, dir, "list", "-m"))
	lines := bufio.NewScanner(strings.NewReader(out))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var event struct{ Action, Package, Test string }
		if json.Unmarshal(lines.Bytes(), &event) != nil {
			continue
		}
		name := strings.TrimPrefix(strings.TrimPrefix(event.Package, module), "/") + "." + event.Test
		switch {
		case event.Action == "pass" && event.Test != "":
			passed = append(passed, name)
		case event.Action == "fail" && event.Test != "":
			failed = append(failed, name)
		}
	}
	require.NoError(t, lines.Err())
	if len(failed) == 0 && len(passed) == 0 {
		require.NoError(t, err, "%s", out)
	}
	return passed, failed
}
