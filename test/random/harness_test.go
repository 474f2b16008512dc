package random

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/test/random/source"
)

const self = "github.com/typewright/typewright"

// harness runs the commands on projects. The projects are folders of one module, which requires what this repository requires.
type harness struct {
	root, bin, module string
	// realPath is the PATH without the stand-in for the go command.
	realPath string
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	w := &harness{root: root, bin: t.TempDir()}
	out, err := w.command(t.Context(), root, "go", "build", "-o", w.bin+string(filepath.Separator), "./cmd/clientgen", "./cmd/informergen")
	require.NoError(t, err, "%s", out)
	w.standIn(t)
	return w
}

// start makes a new module that contains the projects.
func (w *harness) start(t *testing.T, projects []*source.Project) {
	t.Helper()
	w.module = t.TempDir()
	mod, err := os.ReadFile(filepath.Join(w.root, "go.mod"))
	require.NoError(t, err)
	text := strings.Replace(string(mod), "module "+self, "module "+source.Module, 1)
	text += "\nrequire " + self + " v0.0.0\n\nreplace " + self + " => " + w.root + "\n"
	sum, err := os.ReadFile(filepath.Join(w.root, "go.sum"))
	require.NoError(t, err)
	w.write(t, map[string]string{"go.mod": text, "go.sum": string(sum)})
	for _, p := range projects {
		for name, text := range p.Files() {
			w.write(t, map[string]string{filepath.Join(p.Name, name): text})
		}
	}
}

func (w *harness) write(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(w.module, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
}

// The limits of every process that the harness starts.
const (
	memoryLimit = 6 << 20 // KiB of address space
	timeLimit   = 20 * time.Minute
)

// command runs a program with limits, and returns what it printed.
func (w *harness) command(ctx context.Context, dir string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	// On a system without such a limit the program runs without it.
	script := fmt.Sprintf(`ulimit -v %d 2>/dev/null; exec "$@"`, memoryLimit)
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", script, "sh"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOPROXY=off", "TYPEWRIGHT_CACHE=off", "NO_COLOR=1",
		// With -trimpath the build cache has entries for all modules, though each is in another folder.
		"GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -mod=readonly -trimpath"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if ctx.Err() != nil {
		err = errors.Join(err, context.Cause(ctx))
	}
	return out.String(), err
}

// failure is a step that failed for a project.
type failure struct {
	project *source.Project
	// step is the name of the step, such as "clientgen" or "check copies".
	step string
	text string
}
