// Command standin writes the module that takes the place of k8s.io/client-go in programs that name it in a replace directive:
//
//	replace k8s.io/client-go => github.com/typewright/typewright/standin v0.0.0
//
// Each package of client-go that has a counterpart in this repository becomes a package of aliases, constants, shared variables and
// functions that call ours. What a package needs beyond that is written by hand in the module, beside the generated file; the
// command leaves out what is declared there.
//
// The way of a declaration: findPairs lists the packages (pairs.go), readPackage parses ours (source.go), render writes a package
// (render.go) declaration by declaration (declare.go), and package emit brings the files to the disk.
//
// Declarations are read as syntax, so a run takes seconds and compiles next to nothing. Only the types of variables that are
// declared without one need the type checker (variables.go).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/typewright/typewright/gen/emit"
)

const (
	tool          = "standin"
	generatedFile = "zz_generated.standin.go"
)

func main() {
	root := flag.String("root", ".", "`folder` of the repository")
	verify := flag.Bool("verify", false, "print what differs from the module in the tree, and fail if something does; write nothing")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "standin: unexpected arguments:", flag.Args())
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *root, *verify); err != nil {
		fmt.Fprintln(os.Stderr, "standin:", err)
		os.Exit(1) //nolint:gocritic // stop only ends the notification
	}
}

func run(ctx context.Context, root string, verify bool) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	out := filepath.Join(root, tool)
	set := emit.Set{Tool: tool, Places: []emit.Place{{Dir: out, Trusted: root}}, Roots: []string{out}}
	if set.Files, err = files(ctx, root, out); err != nil {
		return err
	}
	changes, err := emit.Compare(set)
	if err != nil {
		return err
	}
	if !verify {
		return emit.Disk{Tool: tool}.Apply(ctx, changes)
	}
	if err := (emit.Diff{W: os.Stdout, Dir: root}).Apply(ctx, changes); err != nil {
		return err
	}
	if n := len(changes.List); n > 0 {
		return fmt.Errorf("%d files of %s are not what the packages make of it now: run hack/codegen-standin.sh", n, out)
	}
	return nil
}

// files renders every package of the module.
func files(ctx context.Context, root, out string) ([]emit.File, error) {
	pairs, err := findPairs(ctx, root)
	if err != nil {
		return nil, err
	}
	sources := map[string]*source{}
	for _, p := range pairs {
		if sources[p.ours], err = readPackage(p); err != nil {
			return nil, err
		}
		if err := sources[p.ours].leaveOut(filepath.Join(out, filepath.FromSlash(p.folder()))); err != nil {
			return nil, err
		}
	}
	if err := findTypes(ctx, root, sources); err != nil {
		return nil, err
	}
	theirs := counterparts(pairs)
	var all []emit.File
	for _, p := range pairs {
		text, err := render(p, sources[p.ours], theirs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.theirs, err)
		}
		all = append(all, emit.File{Path: filepath.Join(out, filepath.FromSlash(p.folder()), generatedFile), Source: text})
	}
	return all, nil
}
