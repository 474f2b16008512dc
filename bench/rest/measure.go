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
	rounds     int
	span       time.Duration
	only       string
	cpuProfile string
}

// sample is what one operation took, the average of a round.
type sample struct{ wall, cpu, bytes, allocs float64 }

// cell is a side's work on a row.
type cell struct {
	side    string
	do      func(context.Context) error
	n       int
	samples []sample
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

// measure runs the operation of a cell for the span. The round that does not count finds out how many operations that is.
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
	if c.side == ourName && len(c.samples) == 0 {
		stop, err := opts.profile()
		if err != nil {
			return err
		}
		defer stop()
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

// profile starts a profile if one is asked for, and returns a function that stops it.
func (o options) profile() (stop func(), err error) {
	if o.cpuProfile == "" {
		return func() {}, nil
	}
	file, err := os.Create(o.cpuProfile)
	if err != nil {
		return nil, err
	}
	return pprof.StopCPUProfile, pprof.StartCPUProfile(file)
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
