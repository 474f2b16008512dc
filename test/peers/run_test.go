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

// mostTime bounds a run of one package's tests. A test that hangs fails, and those after it run without it.
const mostTime = 5 * time.Minute

// run runs what was compiled, but for what is to be skipped. It returns the tests that passed, those that did not with what they
// printed, and the number of those that are about client-go's insides.
func (s *suite) run(t *testing.T, binary, data string, skip func(test string) bool) (passed []string, failed map[string]string, internal int) {
	t.Helper()
	failed = map[string]string{}
	var open []string
	for _, f := range s.files {
		for _, p := range f.parts {
			switch {
			case !p.isTest || p.left != "" && p.internal:
				if p.isTest {
					internal++
				}
			case skip(p.names[0]):
				failed[p.names[0]] = "is not run"
			case p.left != "":
				failed[p.names[0]] = "does not compile: " + p.left
			default:
				open = append(open, p.names[0])
			}
		}
	}
	folder := filepath.Join(data, filepath.FromSlash(s.name))
	require.NoError(t, os.MkdirAll(folder, 0o700))
	for len(open) > 0 {
		ended := runOnce(t, binary, folder, open)
		require.NotEmpty(t, ended, "%s: the tests do not begin", s.name)
		for _, r := range ended {
			if culprit := lateFailure.FindStringSubmatch(r.output); culprit != nil && culprit[1] != r.test {
				failed[culprit[1]] = r.output // and this one is run again
				continue
			}
			if !r.passed {
				failed[r.test] = r.output
			} else if failed[r.test] == "" {
				passed = append(passed, r.test)
			}
			open = slices.DeleteFunc(open, func(test string) bool { return test == r.test })
		}
	}
	passed = slices.DeleteFunc(passed, func(test string) bool { return failed[test] != "" })
	return passed, failed, internal
}

// lateFailure finds the test a goroutine of which has failed after the test had ended, which ends the process in the middle of
// another test.
var lateFailure = regexp.MustCompile(`panic: (?:Fail|Log) in goroutine after (\w+)\S* has completed`)

// plant copies client-go's folders of test data, which tests read by paths from their package's folder and some write to.
func plant(t *testing.T, source string) string {
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

// runOnce runs tests until all have ended or one of them ends the process, which counts as its failure.
func runOnce(t *testing.T, binary, folder string, tests []string) []outcome {
	t.Helper()
	quoted := make([]string, len(tests))
	for i, test := range tests {
		quoted[i] = regexp.QuoteMeta(test)
	}
	ctx, cancel := context.WithTimeout(t.Context(), mostTime+time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "go", "tool", "test2json", binary,
		"-test.v=test2json", "-test.timeout="+mostTime.String(), "-test.run=^("+strings.Join(quoted, "|")+")$")
	command.Dir = folder
	command.Env = append(os.Environ(), "HOME="+t.TempDir(), "GOMODCACHE="+goEnv(t, "GOMODCACHE"), "GOCACHE="+goEnv(t, "GOCACHE"), "KUBECONFIG=")
	out, _ := command.Output() // that tests fail is said in the output
	return outcomes(out)
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// outcomes reads the events of test2json. A test that began and did not end has ended the process.
func outcomes(events []byte) []outcome {
	output := map[string]*strings.Builder{}
	var ended []outcome
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
			ended = append(ended, outcome{test, event.Action != "fail", output[test].String()})
			delete(output, test)
		}
	}
	for test, text := range output {
		ended = append(ended, outcome{test, false, text.String()})
	}
	return ended
}
