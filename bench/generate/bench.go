package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/typewright/typewright/bench/internal/proc"
)

const outputPackage = "bench.example/out"

// bench is a temporary folder with the binaries and the output of each side.
type bench struct {
	dir    string
	inputs []string // import paths of the packages with a client
}

func newBench(ctx context.Context) (*bench, error) {
	dir, err := os.MkdirTemp("", "typewright-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir}
	if b.inputs, err = packagesWithClients(ctx); err != nil {
		b.close()
		return nil, err
	}
	const gen, ours = "k8s.io/code-generator/cmd/", "github.com/typewright/typewright/cmd/"
	for _, tool := range []string{
		gen + "client-gen", gen + "lister-gen", gen + "informer-gen", gen + "applyconfiguration-gen",
		ours + "clientgen", ours + "informergen",
	} {
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", dir+string(filepath.Separator), tool).CombinedOutput(); err != nil {
			b.close()
			return nil, fmt.Errorf("build %s: %w\n%s", tool, err, out)
		}
	}
	return b, nil
}

func (b *bench) close() { _ = os.RemoveAll(b.dir) }

// packagesWithClients finds the packages of k8s.io/api that hold a +genclient marker.
func packagesWithClients(ctx context.Context) ([]string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.ImportPath}} {{.Dir}}", "k8s.io/api/...").Output()
	if err != nil {
		return nil, fmt.Errorf("list k8s.io/api: %w", err)
	}
	var found []string
	for line := range strings.Lines(string(out)) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, source := range sources {
			text, err := os.ReadFile(source)
			if err != nil {
				return nil, err
			}
			if bytes.Contains(text, []byte("\n// +genclient\n")) {
				found = append(found, path)
				break
			}
		}
	}
	return found, nil
}

// size counts the Go files and lines below a folder.
func size(dir string) (files, lines int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		files++
		lines += bytes.Count(text, []byte("\n"))
		return err
	})
	return files, lines, err
}

// report prints sizes and the ratios to the first row.
func (b *bench) report(rows []row) error {
	base := proc.Median(rows[0].runs)
	fmt.Printf("\n%d group-versions of k8s.io/api; medians of %d runs\n", len(b.inputs), len(rows[0].runs))
	for _, r := range rows {
		u := proc.Median(r.runs)
		fmt.Printf("%-24s %8.2fs wall %8.2fs cpu %6d MiB   %6.1f times the speed, %.2f of the memory\n", r.name,
			u.Wall.Seconds(), u.CPU.Seconds(), u.PeakRSS>>20, base.Wall.Seconds()/u.Wall.Seconds(), float64(u.PeakRSS)/float64(base.PeakRSS))
	}
	for _, side := range []string{"incumbent", "typewright"} {
		files, lines, err := size(filepath.Join(b.dir, side))
		if err != nil {
			return err
		}
		fmt.Printf("%-24s %6d files %8d lines\n", side, files, lines)
	}
	return nil
}
