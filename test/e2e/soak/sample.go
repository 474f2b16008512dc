package soak

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Sample is the state of a soak test at one time. Counts are totals since the beginning.
type Sample struct {
	Seconds              float64
	HeapMiB              float64 // live heap, after a garbage collection
	Goroutines           int
	Relists              int64
	LagMS                float64 // from the response to a write until the informer's store has it
	Errors               int64   // reported by informers
	Writes, FailedWrites int64
	Fault                string // the last fault that began since the previous sample
}

// WriteCSV writes samples as a table with a header.
func WriteCSV(w io.Writer, samples []Sample) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"seconds", "heap_mib", "goroutines", "relists", "lag_ms", "errors", "writes", "failed_writes", "fault"})
	for _, s := range samples {
		_ = out.Write([]string{
			fmt.Sprintf("%.1f", s.Seconds), fmt.Sprintf("%.2f", s.HeapMiB), strconv.Itoa(s.Goroutines), strconv.FormatInt(s.Relists, 10),
			fmt.Sprintf("%.1f", s.LagMS), strconv.FormatInt(s.Errors, 10), strconv.FormatInt(s.Writes, 10), strconv.FormatInt(s.FailedWrites, 10), s.Fault,
		})
	}
	out.Flush()
	return out.Error()
}

// Growth compares the medians of heap and goroutines in the last quarter of the samples with those in the second one; the first is the
// warm-up. It reports growth of more than a tenth plus 8 MiB, or plus ten goroutines.
func Growth(samples []Sample) []string {
	const minSamples = 40
	if len(samples) < minSamples {
		return []string{fmt.Sprintf("%d samples are too few to tell whether anything grows", len(samples))}
	}
	quarter := len(samples) / 4
	early, late := samples[quarter:2*quarter], samples[len(samples)-quarter:]
	var problems []string
	heap := func(s Sample) float64 { return s.HeapMiB }
	if a, b := median(early, heap), median(late, heap); b > a*1.1+8 {
		problems = append(problems, fmt.Sprintf("the heap grew from %.1f to %.1f MiB", a, b))
	}
	goroutines := func(s Sample) float64 { return float64(s.Goroutines) }
	if a, b := median(early, goroutines), median(late, goroutines); b > a*1.1+10 {
		problems = append(problems, fmt.Sprintf("goroutines grew from %.0f to %.0f", a, b))
	}
	return problems
}

func median(samples []Sample, of func(Sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
