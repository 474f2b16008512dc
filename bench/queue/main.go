// Queue measures work queues beside client-go's, in one run and turn by turn: a million keys through 1, 10 and 100 workers, added
// before the workers begin (Drain) or while they work (Steady), a few keys that are added over and over (Busy), and a million keys
// that wait (After).
//
//	go run ./queue [-rounds 5] [-only Drain] [-keys 1000000]
//
// It prints a line for each measurement in the format of Go's benchmarks, and then, row by row, the medians and the ratio
// of this project's to client-go's. A ratio below one means that this project is faster.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	incumbent "k8s.io/client-go/util/workqueue"

	"github.com/typewright/typewright/runtime/workqueue"
)

// sides are what is compared, this project first.
var sides = []string{"typewright", "client-go"}

// queue has the methods that the queues of both sides share.
type queue interface {
	Add(item string)
	AddAfter(item string, duration time.Duration)
	Get() (item string, shutdown bool)
	Done(item string)
	Len() int
	ShutDown()
}

func newQueue(side string) queue {
	if side == sides[0] {
		return workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
	}
	return incumbent.NewTypedRateLimitingQueue(incumbent.DefaultTypedControllerRateLimiter[string]())
}

// result is what a row took of a side, per key.
type result struct{ wall, cpu, bytes, allocs float64 }

func main() {
	rounds := flag.Int("rounds", 5, "rounds")
	only := flag.String("only", "", "measure rows with this prefix only")
	keys := flag.Int("keys", 1_000_000, "keys")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "queue: unexpected arguments:", strings.Join(flag.Args(), " "))
		os.Exit(1)
	}
	all := make([]string, *keys)
	for i := range all {
		all[i] = "namespace-" + strconv.Itoa(i%100) + "/object-" + strconv.Itoa(i)
	}
	var summary strings.Builder
	fmt.Fprintf(&summary, "\n%-12s %-10s %12s %12s %7s\n", "", "per key", sides[0], sides[1], "ratio")
	for _, row := range rows() {
		if !strings.HasPrefix(row.name, *only) {
			continue
		}
		results := map[string][]result{}
		for range *rounds {
			for _, side := range sides {
				r := measure(row, side, all)
				results[side] = append(results[side], r)
				fmt.Printf("BenchmarkQueue%s/%s\t%d\t%.1f ns/op\t%.1f cpu-ns/op\t%.0f B/op\t%.2f allocs/op\n", row.name, side, *keys, r.wall, r.cpu, r.bytes, r.allocs)
			}
		}
		summary.WriteString(summarize(row.name, results[sides[0]], results[sides[1]]))
	}
	fmt.Print(summary.String())
}

func measure(row row, side string, keys []string) result {
	q := newQueue(side)
	defer q.ShutDown()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, begun := cpuTime(), time.Now()
	row.do(q, keys)
	wall, used := time.Since(begun), cpuTime()-cpu
	runtime.ReadMemStats(&after)
	n := float64(len(keys))
	return result{float64(wall) / n, float64(used) / n, float64(after.TotalAlloc-before.TotalAlloc) / n, float64(after.Mallocs-before.Mallocs) / n}
}

// summarize prints medians, and the median of the ratios round by round.
func summarize(name string, ours, theirs []result) string {
	var lines strings.Builder
	for _, figure := range []struct {
		unit string
		of   func(result) float64
	}{
		{"ns", func(r result) float64 { return r.wall }},
		{"cpu-ns", func(r result) float64 { return r.cpu }},
		{"B", func(r result) float64 { return r.bytes }},
		{"allocs", func(r result) float64 { return r.allocs }},
	} {
		var our, their, ratios []float64
		for i := range ours {
			a, b := figure.of(ours[i]), figure.of(theirs[i])
			our, their, ratios = append(our, a), append(their, b), append(ratios, a/b)
		}
		fmt.Fprintf(&lines, "%-12s %-10s %12.2f %12.2f %7.2f\n", name, figure.unit, median(our), median(their), median(ratios))
		name = ""
	}
	return lines.String()
}

func median(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// cpuTime returns the processor time that this process has used.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
