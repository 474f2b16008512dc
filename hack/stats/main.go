// Stats prints how large the handwritten Go code of this module is, package by package: lines of code and of comments,
// files, and the median and longest function and file. Generated files, tests and test data are left out.
//
//	go run ./hack/stats [FOLDER]        # "make stats"
//
// A line counts as code when it holds anything but a comment or space; a line with both counts as code.
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// core are the packages that a program with a generated client links, with everything below them. Their size has a mark:
// docs/architecture.md.
func core() []string {
	return []string{"runtime/rest", "runtime/transport", "runtime/clientcmd", "runtime/cache", "runtime/typed", "runtime/codec"}
}

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	packages, err := measure(os.DirFS(root))
	if err == nil {
		err = report(os.Stdout, packages)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stats:", err)
		os.Exit(1)
	}
}

// report writes a row for each package, and the sums of the core and of everything below them.
func report(w io.Writer, packages map[string]*size) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "code\tcomments\t%\tfiles\tmedian\tlongest\tfunctions\tmedian\tlongest\t \tpackage")
	total, sum := &size{}, &size{}
	for _, folder := range slices.Sorted(maps.Keys(packages)) {
		p := packages[folder]
		row(table, p, folder)
		total.add(p)
		if isCore(folder) {
			sum.add(p)
		}
	}
	row(table, sum, "the core: "+strings.Join(core(), ", "))
	row(table, total, "everything")
	return table.Flush()
}

func row(w io.Writer, s *size, name string) {
	share := 100 * s.comments / max(1, s.code+s.comments)
	fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t \t%s\n", s.code, s.comments, share,
		len(s.files), median(s.files), slices.Max(append(s.files, 0)),
		len(s.functions), median(s.functions), slices.Max(append(s.functions, 0)), name)
}

func isCore(folder string) bool {
	return slices.ContainsFunc(core(), func(of string) bool { return folder == of || strings.HasPrefix(folder, of+"/") })
}

func median(lines []int) int {
	if len(lines) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(lines))[len(lines)/2]
}
