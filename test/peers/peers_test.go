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
	show    = flag.Bool("peers.show", false, "print why declarations are left out, and what failing tests print")
	standin = flag.Bool("peers.standin", false, "run the tests under client-go's own paths, on the stand-in")
)

// differences are the tests that do not pass, and why: "PACKAGE TEST" to the reason.
func differences(t *testing.T, name string) map[string]string {
	t.Helper()
	reasons := map[string]string{}
	for _, line := range readLines(t, name) {
		fields := strings.SplitN(line, " ", 3)
		require.Len(t, fields, 3, "%s: %q is not PACKAGE TEST REASON", name, line)
		reasons[fields[0]+" "+fields[1]] = fields[2]
	}
	return reasons
}

// notRun begins the reason of a test that is not run at all.
const notRun = "not run: "

func TestPeers(t *testing.T) {
	runtimePlace(t).runAll(t, sourceOf(t))
}

// TestStandin runs the same tests under client-go's own paths, on the module that takes client-go's place. It compiles that module's
// clients, which takes long, and so is part of "hack/long.sh standin".
func TestStandin(t *testing.T) {
	if !*standin {
		t.Skip("-peers.standin runs it")
	}
	source := sourceOf(t)
	standinPlace(t, source).runAll(t, source)
}

// runAll runs the tests of every package and prints what passed, by package.
func (p *place) runAll(t *testing.T, source string) {
	t.Helper()
	data := plant(t, source)
	var table strings.Builder
	fmt.Fprintf(&table, "%-28s %6s %6s %7s %8s\n", "client-go's package", "passed", "of", "percent", "internal")
	names, err := p.packages(source)
	require.NoError(t, err)
	var sum [3]int
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			s := p.newSuite(t, source, name)
			passed, failed, internal := s.run(t, s.compile(t), data, func(test string) bool {
				return strings.HasPrefix(cmp.Or(p.differ[name+" "+test], p.may[name+" "+test]), notRun)
			})
			for _, test := range passed {
				assert.Empty(t, p.differ[name+" "+test], "%s %s passes: take it out of the list of those that differ", name, test)
			}
			for test, why := range failed {
				reason := cmp.Or(p.differ[name+" "+test], p.may[name+" "+test])
				assert.NotEmpty(t, reason, "%s %s fails, and the list of those that differ does not say why:\n%s", name, test, why)
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

// newSuite reads what there is to compile.
func (p *place) newSuite(t *testing.T, source, name string) *suite {
	t.Helper()
	s := &suite{place: p, name: name, folder: p.folder(name), work: t.TempDir()}
	pkg, declared := declaredIn(t, s.folder) // no name where client-go's folder has tests alone
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
	s.renameClashes(t, declared)
	s.addShims(t, pkg)
	return s
}

// writeModfile is the go.mod of a module of ours with what client-go's tests require besides, outside of our tree.
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
