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

var show = flag.Bool("peers.show", false, "print why declarations are left out, and what failing tests print")

// differences are the tests that do not pass, and why: "PACKAGE TEST" to the reason.
func differences(t *testing.T) map[string]string {
	t.Helper()
	reasons := map[string]string{}
	for _, line := range readLines(t, "testdata/differ.txt") {
		fields := strings.SplitN(line, " ", 3)
		require.Len(t, fields, 3, "testdata/differ.txt: %q is not PACKAGE TEST REASON", line)
		reasons[fields[0]+" "+fields[1]] = fields[2]
	}
	return reasons
}

// notRun begins the reason of a test that is not run at all.
const notRun = "not run: "

func TestPeers(t *testing.T) {
	source, modfile, reasons, rules := sourceOf(t), writeModfile(t), differences(t), readRules(t)
	data := plant(t, source)
	var table strings.Builder
	fmt.Fprintf(&table, "%-28s %6s %6s %7s %8s\n", "client-go's package", "passed", "of", "percent", "internal")
	names, err := packages(source)
	require.NoError(t, err)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			s := newSuite(t, source, name, rules)
			passed, failed, internal := s.run(t, s.compile(t, modfile), data, func(test string) bool {
				return strings.HasPrefix(reasons[name+" "+test], notRun)
			})
			for _, test := range passed {
				assert.Empty(t, reasons[name+" "+test], "%s %s passes: take it out of testdata/differ.txt", name, test)
			}
			for test, why := range failed {
				assert.NotEmpty(t, reasons[name+" "+test], "%s %s fails, and testdata/differ.txt does not say why:\n%s", name, test, why)
			}
			all := len(passed) + len(failed)
			fmt.Fprintf(&table, "%-28s %6d %6d %6.1f%% %8d\n", name, len(passed), all, 100*float64(len(passed))/float64(max(all, 1)), internal)
		})
	}
	t.Logf("\n%s", table.String())
}

// newSuite reads what there is to compile.
func newSuite(t *testing.T, source, name string, rules []rule) *suite {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join(runtimeFolder, folderOf(name)))
	require.NoError(t, err)
	pkg, declared := declaredIn(t, folder)
	require.NotEmpty(t, pkg, "no package in %s", folder)
	s := &suite{name: name, folder: folder, work: t.TempDir()}
	for _, r := range rules {
		if filepath.Dir(r.file) == name {
			s.rules = append(s.rules, r)
		}
	}
	s.files, err = readFiles(filepath.Join(source, name, "*_test.go"), pkg)
	require.NoError(t, err)
	for _, f := range s.files {
		f.rewriteAlways(t, s.rules)
	}
	s.renameClashes(t, declared)
	s.addShims(t, pkg)
	return s
}

// writeModfile is our go.mod with what client-go's tests require besides, outside of our tree.
func writeModfile(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	modfile := filepath.Join(folder, "peers.mod")
	root, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(modfile, root, 0o600))
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{if and .Version (not .Replace)}}-require={{.Path}}@{{.Version}}{{end}}", "all")
	out, err := list.Output()
	require.NoError(t, err)
	edit := exec.CommandContext(t.Context(), "go", append([]string{"mod", "edit"}, append(strings.Fields(string(out)), modfile)...)...)
	text, err := edit.CombinedOutput()
	require.NoError(t, err, "%s", text)
	var sums []string
	for _, name := range []string{"../../go.sum", "go.sum"} {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		sums = append(sums, strings.Split(strings.TrimSpace(string(data)), "\n")...)
	}
	slices.SortFunc(sums, cmp.Compare)
	sums = slices.Compact(sums)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "peers.sum"), []byte(strings.Join(sums, "\n")+"\n"), 0o600))
	return modfile
}
