package peers

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// testTimeout limits a run of one package's tests. A test that hangs fails, and the tests after it run without it.
const testTimeout = 5 * time.Minute

// run runs the compiled tests, except for those that skip names. It returns the tests that passed, the output of those that did not, and
// the number of internal tests.
func (s *suite) run(t *testing.T, binary, data string, skip func(test string) bool) (passed []string, failed map[string]string, internal int) {
	t.Helper()
	failed = map[string]string{}
	var pending []string
	for _, f := range s.files {
		for _, p := range f.parts {
			switch {
			case !p.isTest || p.leftOut != "" && p.internal:
				if p.isTest {
					internal++
				}
			case skip(p.names[0]):
				failed[p.names[0]] = "is not run"
			case p.leftOut != "":
				failed[p.names[0]] = "does not compile: " + p.leftOut
			default:
				pending = append(pending, p.names[0])
			}
		}
	}
	folder := filepath.Join(data, filepath.FromSlash(s.name))
	require.NoError(t, os.MkdirAll(folder, 0o700))
	for len(pending) > 0 {
		finished := runOnce(t, binary, folder, pending)
		require.NotEmpty(t, finished, "%s: no test has run", s.name)
		for _, r := range finished {
			if culprit := failureAfterEnd.FindStringSubmatch(r.output); culprit != nil && culprit[1] != r.test {
				failed[culprit[1]] = r.output // r.test runs again
				continue
			}
			if !r.passed {
				failed[r.test] = r.output
			} else if failed[r.test] == "" {
				passed = append(passed, r.test)
			}
			pending = slices.DeleteFunc(pending, func(test string) bool { return test == r.test })
		}
	}
	passed = slices.DeleteFunc(passed, func(test string) bool { return failed[test] != "" })
	return passed, failed, internal
}

// failureAfterEnd finds the test whose goroutine failed after the test had ended. That ends the process during another test.
var failureAfterEnd = regexp.MustCompile(`panic: (?:Fail|Log) in goroutine after (\w+)\S* has completed`)

// copyTestData copies client-go's testdata folders to a temporary folder. Tests read them by relative paths, and some write to them.
func copyTestData(t *testing.T, source string) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, filepath.WalkDir(source, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || entry.Name() != "testdata" {
			return err
		}
		below, err := filepath.Rel(source, name)
		if err != nil {
			return err
		}
		return os.CopyFS(filepath.Join(root, below), os.DirFS(name))
	}))
	return root
}

type outcome struct {
	test   string
	passed bool
	output string
}

// runOnce runs tests until all have ended, or until one ends the process. That one has failed.
func runOnce(t *testing.T, binary, folder string, tests []string) []outcome {
	t.Helper()
	quoted := make([]string, len(tests))
	for i, test := range tests {
		quoted[i] = regexp.QuoteMeta(test)
	}
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout+time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "go", "tool", "test2json", binary,
		"-test.v=test2json", "-test.timeout="+testTimeout.String(), "-test.run=^("+strings.Join(quoted, "|")+")$")
	command.Dir = folder
	command.Env = append(os.Environ(), "HOME="+t.TempDir(), "GOMODCACHE="+goEnv(t, "GOMODCACHE"), "GOCACHE="+goEnv(t, "GOCACHE"), "KUBECONFIG=")
	out, _ := command.Output() // the output says which tests failed
	return outcomes(out)
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// outcomes reads the events of test2json. A test that began and did not end has ended the process, and failed.
func outcomes(events []byte) []outcome {
	output := map[string]*strings.Builder{}
	var finished []outcome
	for line := range strings.Lines(string(events)) {
		var event struct{ Action, Test, Output string }
		if json.Unmarshal([]byte(line), &event) != nil || event.Test == "" {
			continue
		}
		test, _, sub := strings.Cut(event.Test, "/")
		if output[test] == nil {
			output[test] = &strings.Builder{}
		}
		output[test].WriteString(event.Output)
		if !sub && slices.Contains([]string{"pass", "fail", "skip"}, event.Action) {
			finished = append(finished, outcome{test, event.Action != "fail", output[test].String()})
			delete(output, test)
		}
	}
	for test, text := range output {
		finished = append(finished, outcome{test, false, text.String()})
	}
	return finished
}
