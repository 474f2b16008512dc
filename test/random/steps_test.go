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

// try takes projects through all steps, the last ones only as many of them as run says, and returns what failed.
func (w *workshop) try(t *testing.T, projects []*source.Project, run int) []failure {
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
			require.NoError(t, w.setAside(f.project))
		}
		if len(projects) == 0 || i == 1 && run <= 0 {
			break
		}
	}
	return failed
}

// limit takes as many projects as there are to run, and hides the others.
func (w *workshop) limit(t *testing.T, projects []*source.Project, packages int) []*source.Project {
	t.Helper()
	for i, p := range projects {
		if packages <= 0 {
			for _, rest := range projects[i:] {
				require.NoError(t, w.setAside(rest))
			}
			return projects[:i]
		}
		packages -= len(p.Packages)
	}
	return projects
}

// setAside hides a project from the go command, which would stumble over it.
func (w *workshop) setAside(p *source.Project) error {
	from := filepath.Join(w.module, p.Name)
	if _, err := os.Stat(from); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return os.Rename(from, filepath.Join(w.module, "_"+p.Name))
}

// generate runs both commands on each project.
func (w *workshop) generate(t *testing.T, projects []*source.Project) []failure {
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

func (w *workshop) generateOne(ctx context.Context, p *source.Project) *failure {
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

// run runs a command on a project. One project of sixteen is listed by the real go command.
func (w *workshop) run(ctx context.Context, p *source.Project, tool string, flags ...string) (string, error) {
	args := append([]string{filepath.Join(w.bin, tool), "--output-dir=generated"}, flags...)
	if without(tool) != nil {
		args = append(args, "--without="+strings.Join(without(tool), ","))
	}
	if p.Seed%16 == 0 {
		args = append([]string{"env", "PATH=" + w.realPath}, args...)
	}
	return w.command(ctx, filepath.Join(w.module, p.Name), append(args, p.Inputs...)...)
}

// without leaves out what random types are not made for: many of them contain themselves, which CustomResourceDefinitions cannot
// say. test/crd is about these.
func without(tool string) []string {
	if tool == "clientgen" {
		return []string{"crd"}
	}
	return nil
}

// again runs a generator in this process, and compares with what the first run left on the disk.
func (w *workshop) again(ctx context.Context, p *source.Project, tool string) error {
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

// place is a position at the beginning of a line that go vet prints, which tells the project.
var place = regexp.MustCompile(`(?m)^(?:vet: )?(?:\./|.*/)?(p[0-9]+)/[^:\n]*\.go:[0-9]+.*$`)

// build compiles all projects, and vets a part of them: vet takes longer than everything else together. What is wrong with one
// may hide what is wrong with others.
func (w *workshop) build(t *testing.T, projects []*source.Project) []failure {
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
		found := blame(left, step, texts)
		require.NotEmpty(t, found, "%s fails, and names no project: %v\n%s", step, err, out)
		failed = append(failed, found...)
		for _, f := range found {
			require.NoError(t, w.setAside(f.project))
		}
		left = slices.DeleteFunc(slices.Clone(left), func(p *source.Project) bool { _, ok := texts[p.Name]; return ok })
		step, args = "go build", []string{"go", "build", "./..."}
	}
	return failed
}

// blame makes failures of the projects that texts names.
func blame(projects []*source.Project, step string, texts map[string]string) []failure {
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

// failedTest is a line about a test that has no tests below it: project, kind and check.
var failedTest = regexp.MustCompile(`(?m)^ *--- FAIL: Test[^/ ]*/([^/ ]+)/([^/ ]+)`)

// check tries what was generated from each project.
func (w *workshop) check(t *testing.T, projects []*source.Project) []failure {
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

// program builds the checks of all projects into one program.
func (w *workshop) program(t *testing.T, projects []*source.Project) string {
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

// shorten keeps the beginning and the end of what nobody reads to the end.
func shorten(text string) string {
	const most = 6000
	if len(text) < 2*most {
		return text
	}
	return text[:most] + "\n…\n" + text[len(text)-most:]
}

// hint names the fields and types of random forms that a text speaks of, those most often named first.
func hint(p *source.Project, text string) string {
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
