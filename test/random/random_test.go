package random

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/test/random/source"
)

// TestRandomPackages makes random projects until there are enough packages, and runs all steps on them in batches.
func TestRandomPackages(t *testing.T) {
	w := newHarness(t)
	next, left, run := *seed, *packages, *runs
	t.Logf("-random.seed %d -random.packages %d -random.run %d", *seed, *packages, *runs)
	shrunk := false
	totals := struct{ projects, packages, kinds int }{}
	for left > 0 {
		var projects []*source.Project
		for inBatch := 0; left > 0 && inBatch < *batch; next++ {
			p := source.Make(next, options())
			projects = append(projects, p)
			left -= len(p.Packages)
			inBatch += len(p.Packages)
			totals.packages += len(p.Packages)
			totals.kinds += p.Kinds()
		}
		totals.projects += len(projects)
		failed := w.runSteps(t, projects, run)
		for _, f := range failed {
			w.report(t, f)
		}
		if len(failed) > 0 && *trials > 0 && !shrunk {
			shrunk = true // shrinking is slow: do it for the first failure alone
			t.Logf("-random.seed %d shrunk for step %s:\n%s", failed[0].project.Seed, failed[0].step, w.shrink(t, failed[0]))
		}
		for _, p := range projects {
			run -= len(p.Packages)
		}
	}
	t.Logf("%d projects, %d packages, %d kinds", totals.projects, totals.packages, totals.kinds)
}

// TestEveryForm runs all steps on a project in which each form of fields has a kind of its own.
func TestEveryForm(t *testing.T) {
	w := newHarness(t)
	for _, f := range w.runSteps(t, []*source.Project{source.Catalogue(options())}, *runs) {
		w.report(t, f)
	}
}

// report fails the test, and says how to repeat the failure and which forms are suspects.
func (w *harness) report(t *testing.T, f failure) {
	t.Helper()
	dir := ""
	if *keep != "" {
		dir = filepath.Join(*keep, f.project.Name)
		require.NoError(t, os.RemoveAll(dir))
		require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(w.module, "_"+f.project.Name))))
		dir = "\nsource and output: " + dir
	}
	assert.Fail(t, "a random project fails", "%s: -random.packages 1 -random.seed %d\nlook at: %s%s\n%s",
		f.step, f.project.Seed, suspects(f.project, f.text), dir, f.text)
}
