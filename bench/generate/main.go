// Generate measures the generators: Kubernetes' four (client-gen, lister-gen, informer-gen, applyconfiguration-gen) and
// ours, on all group-versions of k8s.io/api that have a client, in turn, and prints both and the ratio.
//
//	go run ./generate [-runs 3]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/typewright/typewright/bench/internal/proc"
)

func main() {
	runs := flag.Int("runs", 3, "counted runs of each side, after one that is not counted")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// row is one line of the comparison. prepare sets up the output folder.
type row struct {
	name    string
	prepare func() error
	work    []proc.Command
	runs    []proc.Usage
}

func run(ctx context.Context, runs int) error {
	bench, err := newBench(ctx)
	if err != nil {
		return err
	}
	defer bench.close()
	rows := bench.rows()
	for i := range runs + 1 {
		for r := range rows {
			if err := rows[r].once(ctx, i > 0); err != nil {
				return err
			}
		}
	}
	for _, r := range rows {
		for _, u := range r.runs {
			fmt.Printf("BenchmarkGenerate/%s 1 %d ns/op %d cpu-ns/op %d peak-B\n", r.name, u.Wall.Nanoseconds(), u.CPU.Nanoseconds(), u.PeakRSS)
		}
	}
	return bench.report(rows)
}

func (r *row) once(ctx context.Context, count bool) error {
	if err := r.prepare(); err != nil {
		return err
	}
	usage, err := proc.Run(ctx, r.work...)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	if count {
		r.runs = append(r.runs, usage)
	}
	return nil
}
