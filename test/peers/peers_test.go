package peers

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	show    = flag.Bool("peers.show", false, "print why declarations are left out, and the output of failing tests")
	standin = flag.Bool("peers.standin", false, "run the tests under client-go's own paths, on the stand-in")
)

// readReasons reads a list of tests that do not pass, as a map from "PACKAGE TEST" to the reason.
func readReasons(t *testing.T, name string) map[string]string {
	t.Helper()
	reasons := map[string]string{}
	for _, line := range readLines(t, name) {
		fields := strings.SplitN(line, " ", 3)
		require.Len(t, fields, 3, "%s: %q is not PACKAGE TEST REASON", name, line)
		reasons[fields[0]+" "+fields[1]] = fields[2]
	}
	return reasons
}

// notRun is the beginning of the reason of a test that is not run.
const notRun = "not run: "

func TestPeers(t *testing.T) {
	runtimeTarget(t).runAll(t, clientGoSource(t))
}

// TestStandin runs the same tests under client-go's own import paths, on the module standin/. It compiles all clients of that module,
// which takes long, so it runs in "hack/long.sh standin".
func TestStandin(t *testing.T) {
	if !*standin {
		t.Skip("-peers.standin runs it")
	}
	source := clientGoSource(t)
	standinTarget(t, source).runAll(t, source)
}

// runAll runs the tests of every package, and prints a table of how many passed.
func (p *target) runAll(t *testing.T, source string) {
	t.Helper()
	data := copyTestData(t, source)
	var table strings.Builder
	fmt.Fprintf(&table, "%-28s %6s %6s %7s %8s\n", "client-go's package", "passed", "of", "percent", "internal")
	names, err := p.packages(source)
	require.NoError(t, err)
	var sum [3]int
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			s := p.newSuite(t, source, name)
			passed, failed, internal := s.run(t, s.compile(t), data, func(test string) bool {
				return strings.HasPrefix(cmp.Or(p.knownFailures[name+" "+test], p.allowedFailures[name+" "+test]), notRun)
			})
			for _, test := range passed {
				assert.Empty(t, p.knownFailures[name+" "+test], "%s %s passes: remove it from the list of tests that do not pass", name, test)
			}
			for test, why := range failed {
				reason := cmp.Or(p.knownFailures[name+" "+test], p.allowedFailures[name+" "+test])
				assert.NotEmpty(t, reason, "%s %s fails, and the list of tests that do not pass has no reason for it:\n%s", name, test, why)
			}
			row := [3]int{len(passed), len(passed) + len(failed), internal}
			writeRow(&table, name, row)
			for i := range sum {
				sum[i] += row[i]
			}
		})
	}
	writeRow(&table, "all", sum)
	t.Logf("\n%s", table.String())
}

func writeRow(table *strings.Builder, name string, row [3]int) {
	fmt.Fprintf(table, "%-28s %6d %6d %6.1f%% %8d\n", name, row[0], row[1], 100*float64(row[0])/float64(max(row[1], 1)), row[2])
}

// newSuite reads the tests of a package of client-go, rewrites them, and adds their shims.
func (p *target) newSuite(t *testing.T, source, name string) *suite {
	t.Helper()
	s := &suite{target: p, name: name, folder: p.folder(name), workDir: t.TempDir()}
	pkg, declared := declarationsOf(t, s.folder) // pkg is empty if client-go's folder has only tests
	for _, r := range p.rules {
		if filepath.Dir(r.file) == name {
			s.rules = append(s.rules, r)
		}
	}
	var err error
	s.files, err = p.readFiles(filepath.Join(source, name, "*_test.go"), pkg)
	require.NoError(t, err)
	for _, f := range s.files {
		f.rewriteAlways(t, s.rules)
	}
	s.renameConflicts(t, declared)
	s.addShims(t, pkg)
	return s
}

// writeModfile writes a copy of a module's go.mod, with the requirements of client-go's tests added, to a temporary folder.
func writeModfile(t *testing.T, module, without string) string {
	t.Helper()
	folder := t.TempDir()
	modfile := filepath.Join(folder, "peers.mod")
	text, err := os.ReadFile(filepath.Join(module, "go.mod"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(modfile, text, 0o600))
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{if and .Version (not .Replace)}}{{.Path}}@{{.Version}}{{end}}", "all")
	out, err := list.Output()
	require.NoError(t, err)
	args := []string{"mod", "edit"}
	for required := range strings.FieldsSeq(string(out)) {
		if path, _, _ := strings.Cut(required, "@"); path != without {
			args = append(args, "-require="+required)
		}
	}
	edited, err := exec.CommandContext(t.Context(), "go", append(args, modfile)...).CombinedOutput()
	require.NoError(t, err, "%s", edited)
	var sums []string
	for _, name := range []string{filepath.Join(module, "go.sum"), "go.sum"} {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		sums = append(sums, strings.Split(strings.TrimSpace(string(data)), "\n")...)
	}
	slices.SortFunc(sums, cmp.Compare)
	sums = slices.Compact(sums)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "peers.sum"), []byte(strings.Join(sums, "\n")+"\n"), 0o600))
	return modfile
}
