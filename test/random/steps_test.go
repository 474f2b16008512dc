package random

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/typewright/typewright/gen"
	"github.com/typewright/typewright/gen/emit"
	"github.com/typewright/typewright/test/random/source"
)

// runSteps runs all steps on the projects, and returns the failures. The number run limits how many packages are compiled and checked; of
// the others only the types are checked.
func (w *harness) runSteps(t *testing.T, projects []*source.Project, run int) []failure {
	t.Helper()
	w.start(t, projects)
	var failed []failure
	for i, step := range []func(*testing.T, []*source.Project) []failure{w.generate, w.types, w.build, w.check} {
		if i == 2 {
			projects = w.limit(t, projects, run)
		}
		found := step(t, projects)
		failed = append(failed, found...)
		for _, f := range found {
			projects = slices.DeleteFunc(slices.Clone(projects), func(p *source.Project) bool { return p == f.project })
			require.NoError(t, w.hide(f.project))
		}
		if len(projects) == 0 || i == 1 && run <= 0 {
			break
		}
	}
	return failed
}

// limit returns the first projects, up to a number of packages, and hides the others from the go command.
func (w *harness) limit(t *testing.T, projects []*source.Project, packages int) []*source.Project {
	t.Helper()
	for i, p := range projects {
		if packages <= 0 {
			for _, rest := range projects[i:] {
				require.NoError(t, w.hide(rest))
			}
			return projects[:i]
		}
		packages -= len(p.Packages)
	}
	return projects
}

// hide renames the folder of a project so that the go command ignores it.
func (w *harness) hide(p *source.Project) error {
	from := filepath.Join(w.module, p.Name)
	if _, err := os.Stat(from); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return os.Rename(from, filepath.Join(w.module, "_"+p.Name))
}

// generate runs both commands on each project.
func (w *harness) generate(t *testing.T, projects []*source.Project) []failure {
	t.Helper()
	var mu sync.Mutex
	var failed []failure
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(runtime.NumCPU())
	for _, p := range projects {
		group.Go(func() error {
			if f := w.generateOne(ctx, p); f != nil {
				mu.Lock()
				failed = append(failed, *f)
				mu.Unlock()
			}
			return ctx.Err()
		})
	}
	require.NoError(t, group.Wait())
	return failed
}

func (w *harness) generateOne(ctx context.Context, p *source.Project) *failure {
	for _, tool := range []string{"clientgen", "informergen"} {
		if out, err := w.run(ctx, p, tool); err != nil {
			return &failure{p, tool, fmt.Sprintf("%v\n%s", err, out)}
		}
		if p.Seed%4 == 0 {
			if out, err := w.run(ctx, p, tool, "--verify"); err != nil {
				return &failure{p, tool + " --verify", fmt.Sprintf("%v\n%s", err, out)}
			}
			continue
		}
		if err := w.again(ctx, p, tool); err != nil {
			return &failure{p, tool + " again", err.Error()}
		}
	}
	return nil
}

// run runs a command on a project. For one project of sixteen the command uses the real go command.
func (w *harness) run(ctx context.Context, p *source.Project, tool string, flags ...string) (string, error) {
	args := append([]string{filepath.Join(w.bin, tool), "--output-dir=generated"}, flags...)
	if without(tool) != nil {
		args = append(args, "--without="+strings.Join(without(tool), ","))
	}
	if p.Seed%16 == 0 {
		args = append([]string{"env", "PATH=" + w.realPath}, args...)
	}
	return w.command(ctx, filepath.Join(w.module, p.Name), append(args, p.Inputs...)...)
}

// without returns the artifacts that are not emitted: no CustomResourceDefinitions, because many random types are recursive, which a schema
// cannot express. Package test/crd tests definitions.
func without(tool string) []string {
	if tool == "clientgen" {
		return []string{"crd"}
	}
	return nil
}

// again runs a generator in this process, and compares the result with the files of the first run.
func (w *harness) again(ctx context.Context, p *source.Project, tool string) error {
	dir := filepath.Join(w.module, p.Name)
	res, err := gen.Run(ctx, gen.Config{Tool: tool, Dir: dir, Inputs: p.Inputs, OutputDir: filepath.Join(dir, "generated"), Without: without(tool)})
	if err != nil {
		return err
	}
	changes, err := emit.Compare(res.Set)
	if err != nil {
		return err
	}
	var diff strings.Builder
	if err := (emit.Diff{W: &diff, Dir: dir}).Apply(ctx, changes); err != nil || diff.Len() > 0 {
		return fmt.Errorf("a second run would change something: %w\n%s", err, shorten(diff.String()))
	}
	return nil
}

// place matches a line of go vet that begins with a position, and the project in it.
var place = regexp.MustCompile(`(?m)^(?:vet: )?(?:\./|.*/)?(p[0-9]+)/[^:\n]*\.go:[0-9]+.*$`)

// build compiles all projects, and vets the first one: vet takes longer than all other steps together. It repeats both without the projects
// that failed, because their errors may hide those of others.
func (w *harness) build(t *testing.T, projects []*source.Project) []failure {
	t.Helper()
	var failed []failure
	step, args := "go build", []string{"go", "build", "./..."}
	for left := projects; len(left) > 0; {
		out, err := w.command(t.Context(), w.module, args...)
		if err == nil && step == "go build" {
			step, args = "go vet", []string{"go", "vet", "./" + left[0].Name + "/..."}
			continue
		}
		if err == nil {
			break
		}
		texts := map[string]string{}
		for _, m := range place.FindAllStringSubmatch(out, -1) {
			texts[m[1]] += m[0] + "\n"
		}
		found := failuresOf(left, step, texts)
		require.NotEmpty(t, found, "%s fails, and names no project: %v\n%s", step, err, out)
		failed = append(failed, found...)
		for _, f := range found {
			require.NoError(t, w.hide(f.project))
		}
		left = slices.DeleteFunc(slices.Clone(left), func(p *source.Project) bool { _, ok := texts[p.Name]; return ok })
		step, args = "go build", []string{"go", "build", "./..."}
	}
	return failed
}

// failuresOf returns a failure of each project that has an error. The keys of texts are names of projects.
func failuresOf(projects []*source.Project, step string, texts map[string]string) []failure {
	var failed []failure
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		for _, p := range projects {
			if p.Name == name {
				failed = append(failed, failure{p, step, texts[name]})
			}
		}
	}
	return failed
}

// failedTest matches the line of a failed subtest: its kind and its check.
var failedTest = regexp.MustCompile(`(?m)^ *--- FAIL: Test[^/ ]*/([^/ ]+)/([^/ ]+)`)

// check runs the checks of each project.
func (w *harness) check(t *testing.T, projects []*source.Project) []failure {
	t.Helper()
	program := w.program(t, projects)
	var failed []failure
	for _, p := range projects {
		out, err := w.command(t.Context(), w.module, program, "-test.run", "^Test_"+p.Name+"$")
		if err == nil {
			require.Contains(t, out, "PASS", p.Name)
			continue
		}
		step := "check"
		if m := failedTest.FindStringSubmatch(out); m != nil {
			step += " " + m[2] + " of " + m[1]
		}
		failed = append(failed, failure{p, step, fmt.Sprintf("%v\n%s", err, shorten(out))})
	}
	return failed
}

// program builds one test program with the checks of all projects.
func (w *harness) program(t *testing.T, projects []*source.Project) string {
	t.Helper()
	for _, p := range projects {
		text, err := glue(filepath.Join(w.module, p.Name), p)
		require.NoError(t, err)
		w.write(t, map[string]string{"run/" + p.Name + "_test.go": text})
	}
	program := filepath.Join(w.module, "run.test")
	out, err := w.command(t.Context(), w.module, "go", "test", "-c", "-ldflags=-s -w", "-o", program, "./run")
	require.NoError(t, err, "%s", out)
	return program
}

// shorten removes the middle of a long text.
func shorten(text string) string {
	const most = 6000
	if len(text) < 2*most {
		return text
	}
	return text[:most] + "\n…\n" + text[len(text)-most:]
}

// suspects returns the random fields and types that a text names most often.
func suspects(p *source.Project, text string) string {
	forms := map[string]bool{}
	for _, name := range p.Forms() {
		forms[name] = true
	}
	count := map[string]int{}
	for _, word := range regexp.MustCompile(`\pL+[0-9]+`).FindAllString(text, -1) {
		if name := strings.TrimRight(word, "0123456789"); forms[strings.ToUpper(name[:1])+name[1:]] {
			count[strings.ToUpper(word[:1])+word[1:]]++
		}
	}
	names := slices.Collect(maps.Keys(count))
	slices.SortFunc(names, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	return strings.Join(names[:min(len(names), 5)], " ")
}
