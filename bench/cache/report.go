package main

import (
	"fmt"
	"slices"
	"strings"
)

// sides are what is compared, this project first.
var sides = []string{"typewright", "client-go"}

// figure is one number of a row, with the values of each side, one a round.
type figure struct {
	name, unit string
	values     map[string][]float64
}

// table holds the figures so far, in order.
type table struct {
	figures []*figure
}

// add records and prints a value of a side.
func (t *table) add(name, unit, side string, value float64) {
	i := slices.IndexFunc(t.figures, func(f *figure) bool { return f.name == name && f.unit == unit })
	if i < 0 {
		i = len(t.figures)
		t.figures = append(t.figures, &figure{name: name, unit: unit, values: map[string][]float64{}})
	}
	t.figures[i].values[side] = append(t.figures[i].values[side], value)
	fmt.Printf("Benchmark%s/%s\t1\t%.1f %s\n", name, side, value, unit)
}

// report prints medians, and the median of the ratios round by round.
func (t *table) report() {
	fmt.Printf("\n%-34s %-14s %14s %14s %8s\n", "", "", sides[0], sides[1], "ratio")
	for _, f := range t.figures {
		var ratios []float64
		for i, theirs := range f.values[sides[1]] {
			if ours := f.values[sides[0]]; i < len(ours) {
				ratios = append(ratios, ours[i]/theirs)
			}
		}
		fmt.Printf("%-34s %-14s %14s %14s %8.2f\n", f.name, f.unit, number(f.values[sides[0]]), number(f.values[sides[1]]), median(ratios))
	}
}

func number(values []float64) string {
	if len(values) == 0 {
		return ""
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", median(values)), ".0")
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2]
}
