package rbac

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Options say what to analyse.
type Options struct {
	// Dir is the folder that patterns are relative to; empty for the working folder.
	Dir string
	// Patterns are what the go command takes: programs, or packages whose exported functions count as used. Where programs are
	// among them, only these count.
	Patterns []string
	// Tags are build tags, separated by commas.
	Tags string
}

// Use is a request that the program can send.
type Use struct {
	// Group is the API group, "" for the core group. Resource has its subresource: "pods/log".
	Group, Resource, Verb string
	// Namespace is the namespace of all requests of this kind, if it is a constant; "" for any namespace, and for resources of the
	// whole cluster.
	Namespace string
	// At is the nearest place in the workspace outside of generated code.
	At Position
}

// Open is a place whose requests cannot be told from the source.
type Open struct {
	At   Position `json:"at"`
	What string   `json:"what"`
}

// Result is what a program needs.
type Result struct {
	Uses []Use
	Open []Open
	// Program is the import path of the first package.
	Program string
}

// Analyze finds the requests that the packages can send. Both lists are sorted and have no duplicates.
func Analyze(ctx context.Context, o Options) (*Result, error) {
	p, err := load(ctx, o)
	if err != nil {
		return nil, err
	}
	a := &analysis{
		program: p,
		reached: reach(p, p.starts()),
		flow:    flow{nodes: map[any]*node{}},
		called:  map[ssa.CallInstruction][]*ssa.Function{},
		clients: clientReader{listed: p.listed, packages: map[string]*clientPackage{}, groups: map[string]string{}},
		uses:    map[Use]bool{},
		open:    map[Open]bool{},
	}
	a.follow()
	a.collect()
	res := &Result{Program: p.named[0].PkgPath}
	for use := range a.uses {
		res.Uses = append(res.Uses, use)
	}
	for open := range a.open {
		res.Open = append(res.Open, open)
	}
	slices.SortFunc(res.Uses, func(x, y Use) int {
		return cmp.Or(cmp.Compare(x.Group, y.Group), cmp.Compare(x.Resource, y.Resource), cmp.Compare(x.Verb, y.Verb),
			cmp.Compare(x.Namespace, y.Namespace), x.At.compare(y.At))
	})
	slices.SortFunc(res.Open, func(x, y Open) int { return cmp.Or(x.At.compare(y.At), cmp.Compare(x.What, y.What)) })
	return res, nil
}

func (p Position) compare(other Position) int {
	return cmp.Or(cmp.Compare(p.File, other.File), cmp.Compare(p.Line, other.Line))
}
