package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// key names a figure: its row, its side and its unit.
type key struct{ row, side, unit string }

// results has the values of each figure, one a round.
type results map[key][]float64

// parse reads lines in the format of Go's benchmarks: BenchmarkROW/SIDE, a number of operations, and pairs of a value and a unit.
// Other lines are skipped.
func parse(from io.Reader) (results, error) {
	r := results{}
	scanner := bufio.NewScanner(from)
	for scanner.Scan() {
		fields := strings.Fields(scanner.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		row, side, ok := cut(strings.TrimPrefix(fields[0], "Benchmark"))
		if !ok {
			return nil, fmt.Errorf("%q does not name a side", scanner.Text())
		}
		for pair := range slices.Chunk(fields[2:], 2) {
			if len(pair) < 2 {
				return nil, fmt.Errorf("%q has a value without a unit", scanner.Text())
			}
			value, err := strconv.ParseFloat(pair[0], 64)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", scanner.Text(), err)
			}
			k := key{row, side, pair[1]}
			r[k] = append(r[k], value)
		}
	}
	return r, scanner.Err()
}

// cut splits a name into its row and its side. Some sides are packages whose names have a slash.
func cut(name string) (row, side string, ok bool) {
	for _, side := range []string{"net/http", "net/http+decode", "encoding/json"} {
		if row, found := strings.CutSuffix(name, "/"+side); found {
			return row, side, true
		}
	}
	i := strings.LastIndex(name, "/")
	if i < 0 {
		return "", "", false
	}
	return name[:i], name[i+1:], true
}

// median returns the median of a figure, and whether it was measured.
func (r results) median(k key) (float64, bool) {
	values := slices.Sorted(slices.Values(r[k]))
	if len(values) == 0 {
		return 0, false
	}
	return values[len(values)/2], true
}

// ratio returns the median of the ratios of two sides, round by round.
func (r results) ratio(ours, theirs key) (float64, bool) {
	var ratios []float64
	for i, value := range r[theirs] {
		if i < len(r[ours]) {
			ratios = append(ratios, r[ours][i]/value)
		}
	}
	return results{ours: ratios}.median(ours)
}
