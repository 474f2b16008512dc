// All runs every program of this folder in the sizes that docs/performance.md shows, says which marks hold, and writes the tables and
// plots of that page. It takes about thirteen minutes on two cores, and wants a machine that does nothing else.
//
//	go run ./all                       # "make bench"
//	go run ./all -results run.txt      # the page from the lines of an earlier run, which is in the format of Go's benchmarks
//
// The lines of the programs go to bench.txt, so that benchstat can read them.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	docs := flag.String("docs", "../docs", "the folder of performance.md and of its plots")
	out := flag.String("o", "bench.txt", "write the lines of the programs to this file")
	earlier := flag.String("results", "", "measure nothing and take the lines of this file")
	only := flag.String("only", "", "run only the programs whose command line contains this, and write no page")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *docs, *out, *earlier, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing left to do
	}
}

func run(ctx context.Context, docs, out, earlier, only string) error {
	text, err := lines(ctx, out, earlier, only)
	if err != nil {
		return err
	}
	results, err := parse(strings.NewReader(text))
	if err != nil {
		return err
	}
	marks := judge(results)
	fmt.Print("\n", marks)
	if only != "" {
		return nil
	}
	for name, plot := range plots() {
		if err := os.WriteFile(filepath.Join(docs, name), []byte(plot.svg(results)), 0o644); err != nil { //nolint:gosec // a document
			return err
		}
	}
	return writePage(filepath.Join(docs, "performance.md"), tables(results, marks, machine(earlier)))
}

// lines returns the lines of a run, or of an earlier one.
func lines(ctx context.Context, out, earlier, only string) (string, error) {
	if earlier != "" {
		text, err := os.ReadFile(earlier)
		return string(text), err
	}
	file, err := os.Create(out)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var all bytes.Buffer
	begun := time.Now()
	for _, p := range programs() {
		if !strings.Contains(strings.Join(p.args, " "), only) {
			continue
		}
		fmt.Fprintf(os.Stderr, "== %s (%s)\n", strings.Join(p.args, " "), p.takes)
		if err := p.run(ctx, io.MultiWriter(&all, file, os.Stderr)); err != nil {
			return "", err
		}
	}
	fmt.Fprintf(os.Stderr, "measured for %s\n", time.Since(begun).Round(time.Second))
	return all.String(), nil
}
