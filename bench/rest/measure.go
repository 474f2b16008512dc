package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/typewright/typewright/bench/internal/proc"
)

type options struct {
	rounds  int
	span    time.Duration
	only    string
	profile string
}

// sample is what one operation took, on average of a round.
type sample struct{ wall, cpu, bytes, allocs float64 }

// cell is a side's work on a row.
type cell struct {
	side    string
	do      func(context.Context) error
	n       int
	samples []sample
}

type row struct {
	name  string
	cells []*cell
}

func compare(ctx context.Context, opts options) error {
	url, stop, err := proc.StartServer(ctx, "-serve")
	if err != nil {
		return err
	}
	defer stop()
	rows, err := rowsFor(url)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(r row) bool { return !strings.HasPrefix(r.name, opts.only) })
	for round := range opts.rounds + 1 {
		for _, r := range rows {
			for _, c := range r.cells {
				if err := c.measure(ctx, opts, round > 0); err != nil {
					return fmt.Errorf("%s of %s: %w", r.name, c.side, err)
				}
				if round > 0 {
					last := c.samples[len(c.samples)-1]
					fmt.Printf("Benchmark%s/%s\t%d\t%.0f ns/op\t%.0f cpu-ns/op\t%.0f B/op\t%.0f allocs/op\n",
						r.name, c.side, c.n, last.wall, last.cpu, last.bytes, last.allocs)
				}
			}
		}
	}
	for _, r := range rows {
		r.report()
	}
	return nil
}

func rowsFor(url string) ([]row, error) {
	ours, err := typewright(url)
	if err != nil {
		return nil, err
	}
	theirs, err := clientGo(url)
	if err != nil {
		return nil, err
	}
	bare := netHTTP(url)
	of := func(name string, do func(side) func(context.Context) error) row {
		r := row{name: name}
		for _, s := range []side{ours, theirs, bare} {
			r.cells = append(r.cells, &cell{side: s.name, do: do(s)})
		}
		return r
	}
	stream := of("Watch10000Stream", func(s side) func(context.Context) error { return s.watch })
	stream.cells[0].do = ours.stream
	return []row{
		of("GET", func(s side) func(context.Context) error { return s.get }),
		of("LIST500", func(s side) func(context.Context) error { return s.list }),
		of("POST", func(s side) func(context.Context) error { return s.post }),
		of("Watch10000", func(s side) func(context.Context) error { return s.watch }),
		stream,
	}, nil
}

// measure has the cell work for the span. The round that does not count finds out how often that is.
func (c *cell) measure(ctx context.Context, opts options, counts bool) error {
	if !counts {
		begun := time.Now()
		for c.n = 0; c.n == 0 || time.Since(begun) < opts.span; c.n++ {
			if err := c.do(ctx); err != nil {
				return err
			}
		}
		return nil
	}
	if opts.profile != "" && c.side == "typewright" && len(c.samples) == 0 {
		file, err := os.Create(opts.profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, begun := cpuTime(), time.Now()
	for range c.n {
		if err := c.do(ctx); err != nil {
			return err
		}
	}
	n := float64(c.n)
	wall, used := float64(time.Since(begun)), float64(cpuTime()-cpu)
	runtime.ReadMemStats(&after)
	c.samples = append(c.samples, sample{
		wall: wall / n, cpu: used / n,
		bytes: float64(after.TotalAlloc-before.TotalAlloc) / n, allocs: float64(after.Mallocs-before.Mallocs) / n,
	})
	return nil
}

// cpuTime is the time that this process has used of all processors.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

var figures = []struct {
	name string
	of   func(sample) float64
}{
	{"time", func(s sample) float64 { return s.wall }},
	{"CPU", func(s sample) float64 { return s.cpu }},
	{"bytes", func(s sample) float64 { return s.bytes }},
	{"allocations", func(s sample) float64 { return s.allocs }},
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func (r row) report() {
	fmt.Printf("\n%s\n", r.name)
	for _, figure := range figures {
		fmt.Printf("  %-12s", figure.name)
		for _, c := range r.cells {
			var values []float64
			for _, s := range c.samples {
				values = append(values, figure.of(s))
			}
			fmt.Printf(" %s %.0f", c.side, median(values))
		}
		for _, c := range r.cells[1:] {
			var ratios []float64
			for i, s := range c.samples {
				ratios = append(ratios, figure.of(r.cells[0].samples[i])/figure.of(s))
			}
			fmt.Printf("  ×%.2f of %s", median(ratios), c.side)
		}
		fmt.Println()
	}
}
