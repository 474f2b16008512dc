package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/typewright/typewright/internal/importmap"
)

// pair is a package of client-go and its counterpart.
type pair struct {
	theirs, ours string   // import paths
	name         string   // of client-go's package
	files        []string // of our package
}

// folder is where the package lies in the module.
func (p pair) folder() string { return strings.TrimPrefix(p.theirs, importmap.ClientGo+"/") }

// listed is a package as the go command lists it.
type listed struct {
	name  string
	files []string
}

// findPairs lists the packages of client-go that have a counterpart. The module test/peers says which client-go that is.
func findPairs(ctx context.Context, root string) ([]pair, error) {
	theirs, err := list(ctx, filepath.Join(root, "test", "peers"), importmap.ClientGo+"/...")
	if err != nil {
		return nil, err
	}
	ours, err := list(ctx, root, importmap.Runtime+"/...")
	if err != nil {
		return nil, err
	}
	clients, err := list(ctx, filepath.Join(root, "generated", "kubernetes"), importmap.Kubernetes+"/...")
	if err != nil {
		return nil, err
	}
	maps.Copy(ours, clients)
	var pairs []pair
	for path, p := range theirs {
		to, _ := importmap.Path(path)
		if found, ok := ours[to]; ok {
			pairs = append(pairs, pair{theirs: path, ours: to, name: p.name, files: found.files})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.theirs, b.theirs) })
	return pairs, nil
}

// list returns the packages that match a pattern in a module, by import path. Commands and internal packages are left out.
func list(ctx context.Context, dir, pattern string) (map[string]listed, error) {
	//nolint:gosec // the pattern is a constant
	cmd := exec.CommandContext(ctx, "go", "list", "-e", "-f", `{{.ImportPath}} {{.Name}}{{range .GoFiles}} {{.}}{{end}} {{.Dir}}`, pattern)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w: %s", pattern, err, stderr.String())
	}
	found := map[string]listed{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		if len(words) < 4 || words[1] == "main" || slices.Contains(strings.Split(words[0], "/"), "internal") {
			continue
		}
		p := listed{name: words[1]}
		for _, file := range words[2 : len(words)-1] {
			p.files = append(p.files, filepath.Join(words[len(words)-1], file))
		}
		found[words[0]] = p
	}
	return found, nil
}

// counterparts maps our import paths to client-go's. Of two packages of client-go with one counterpart it takes the first.
func counterparts(pairs []pair) map[string]string {
	all := map[string]string{}
	for _, p := range pairs {
		if _, taken := all[p.ours]; !taken {
			all[p.ours] = p.theirs
		}
	}
	return all
}
