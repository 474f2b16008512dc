package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

const (
	begins = "<!-- What follows is written by make bench. -->\n"
	ends   = "<!-- End of what is written by make bench. -->\n"
)

// writePage puts tables into a page, between two marks.
func writePage(path, tables string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(page, []byte(begins))
	_, after, ok2 := bytes.Cut(rest, []byte(ends))
	if !ok || !ok2 {
		return errors.New(path + " has no place for the tables")
	}
	text := slices.Concat(before, []byte(begins), []byte(tables), []byte(ends), after)
	return os.WriteFile(path, text, 0o644) //nolint:gosec // a document
}

// tables returns a table of all marks, and one of informers by the number of objects.
func tables(r results, all verdicts, machine string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "\nMeasured on %s.\n\n", machine)
	markdown(&text, []string{"what", "ours", "theirs", "ratio", "mark", "holds"})
	for _, v := range all {
		if v.measured {
			markdown(&text, v.cells())
		}
	}
	text.WriteString("\nInformers of pods, by the number of objects:\n\n")
	markdown(&text, []string{"objects", "informer", "first sync", "memory, peak", "live heap", "collecting garbage"})
	for _, side := range informers() {
		for _, n := range sizes() {
			name := fmt.Sprintf("Sync%d%s", n, side.mode)
			sync, ok := r.median(key{name, side.name, "µs/object"})
			if !ok {
				continue
			}
			heap, _ := r.median(key{name + "/heap", side.name, "B/object"})
			peak, _ := r.median(key{name, side.name, "peak-B"})
			share, _ := r.median(key{name, side.name, "gc-%"})
			markdown(&text, []string{
				grouped(n), side.title, number(sync*float64(n), "µs"), number(peak, "B"), number(heap*float64(n), "B"), fmt.Sprintf("%.0f %%", share),
			})
		}
	}
	text.WriteString("\n")
	return text.String()
}

// markdown writes a row of a table; the row that begins with "what" or "objects" is its head.
func markdown(text *strings.Builder, cells []string) {
	fmt.Fprintf(text, "| %s |\n", strings.Join(cells, " | "))
	if cells[0] == "what" || cells[0] == "objects" {
		fmt.Fprintf(text, "|%s\n", strings.Repeat("---|", len(cells)))
	}
}

// side is a kind of informer in the tables and plots.
type side struct{ name, mode, title, colour string }

func informers() []side {
	return []side{
		{clientGo, "", "client-go", "#c2410c"},
		{clientGo, "lean", "client-go, managed fields removed", "#f59e0b"},
		{typewright, "", "typewright", "#1d4ed8"},
		{typewright, "lean", "typewright, managed fields dropped", "#0891b2"},
		{typewright, "sharedlean", "typewright, and with shared values", "#7c3aed"},
		{typewright, "view", "typewright, a view (node, phase, labels)", "#059669"},
	}
}

func sizes() []int { return []int{1000, 10_000, 20_000, 100_000, 1_000_000} }

// grouped writes a number with commas.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
