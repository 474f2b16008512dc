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

// run runs what was compiled. It returns the tests that passed, those that did not with what they printed, and the number of
// those that are about client-go's insides.
func (s *suite) run(t *testing.T, binary, data string) (passed []string, failed map[string]string, internal int) {
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
			if r.passed {
				passed = append(passed, r.test)
			} else {
				failed[r.test] = r.output
			}
			open = slices.DeleteFunc(open, func(test string) bool { return test == r.test })
		}
	}
	return passed, failed, internal
}

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
