package main

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/typewright/typewright/internal/importmap"
)

// section is a part of the report: what is compared of a module, and what to do about it.
type section struct {
	title, module, todo string
	of                  func(fs.FS) (declared, error)
	// beside returns what to say of a folder; it may be nil.
	beside func(folder string) string
	// only says which folders are compared; nil means all.
	only func(folder string) bool
	// brief leaves out how things are declared.
	brief bool
}

func sections() []section {
	return []section{
		{
			title: "The surface of client-go, written by hand", module: "k8s.io/client-go", of: surface, beside: ourPackage,
			only: func(folder string) bool { return !generated(folder) },
			todo: "Each needs the same here, or a line in test/surface with the reason.",
		},
		{
			title: "The surface of client-go, generated", module: "k8s.io/client-go", of: surface, only: generated, brief: true,
			todo: "`hack/codegen-kubernetes.sh` emits these.",
		},
		{
			title: "The tests of client-go", module: "k8s.io/client-go", of: testNames, brief: true,
			todo: "test/peers runs them; those that changed say what behaviour changed.",
		},
		{
			title: "What the generators are made of, and their examples", module: "k8s.io/code-generator", of: files, brief: true,
			todo: "Look at the changes of the generators' templates and of the output in examples, and bring gen/templates after.",
		},
		{
			title: "API types", module: "k8s.io/api", of: surface, brief: true,
			todo: "Generated code follows by itself; test/e2e and apitest may have to know new kinds.",
		},
		{
			title: "Markers in API types", module: "k8s.io/api", of: markers,
			todo: "Those that the generators do not know need a decision: docs/markers.md.",
		},
	}
}

// generated reports whether generators write a folder of client-go.
func generated(folder string) bool {
	first, _, nested := strings.Cut(folder, "/")
	return nested && slices.Contains([]string{"applyconfigurations", "informers", "kubernetes", "listers"}, first)
}

// ourPackage names our package for a folder of client-go.
func ourPackage(folder string) string {
	if ours := importmap.Folder(folder); ours != "" {
		return strings.TrimPrefix(ours, importmap.Typewright+"/")
	}
	return "no counterpart"
}

func (s section) write(out io.Writer, before, after fs.FS) error {
	was, err := s.of(before)
	if err != nil {
		return err
	}
	is, err := s.of(after)
	if err != nil {
		return err
	}
	for _, side := range []declared{was, is} {
		maps.DeleteFunc(side, func(folder string, _ map[string]string) bool { return s.only != nil && !s.only(folder) })
	}
	lines, count := changes(was, is, s.brief)
	fmt.Fprintf(out, "\n## %s\n\n%d added, %d removed, %d changed. %s\n", s.title, count['+'], count['-'], count['~'], s.todo)
	for _, folder := range slices.Sorted(maps.Keys(lines)) {
		note := ""
		if s.beside != nil {
			note = " (" + s.beside(folder) + ")"
		}
		fmt.Fprintf(out, "\n`%s`%s\n\n```\n%s```\n", path.Join(s.module, folder), note, strings.Join(lines[folder], ""))
	}
	return nil
}

// changes returns for each folder what was added (+), removed (-) and changed (~), and how many there are of each.
func changes(was, is declared, brief bool) (lines map[string][]string, count map[byte]int) {
	lines, count = map[string][]string{}, map[byte]int{}
	note := func(folder string, kind byte, name, how string) {
		line := string(kind) + " " + name
		if !brief && how != "" {
			line += ": " + how
		}
		lines[folder] = append(lines[folder], line+"\n")
		count[kind]++
	}
	folders := map[string]bool{}
	for _, side := range []declared{was, is} {
		for folder := range side {
			folders[folder] = true
		}
	}
	for folder := range folders {
		names := slices.AppendSeq(slices.Collect(maps.Keys(was[folder])), maps.Keys(is[folder]))
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			old, existed := was[folder][name]
			how, exists := is[folder][name]
			switch {
			case !existed:
				note(folder, '+', name, how)
			case !exists:
				note(folder, '-', name, old)
			case old != how:
				note(folder, '~', name, old+" → "+how)
			}
		}
	}
	return lines, count
}
