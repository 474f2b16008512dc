// Command soak has informers watch thousands of objects that change all the time on a real API server that breaks every 20
// seconds, and writes what it saw to soak.csv and soak.html:
//
//	go run ./cmd/soak [-duration 30m] [-objects 5000] [-rate 200] [-fault-every 20s] [-seed 1] [-out DIR]
//
// It ends with exit code 1 if an informer's store is wrong in the end, an acknowledged write is lost, or heap or goroutines
// have grown.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/typewright/typewright/test/e2e/soak"
)

func main() {
	opts := soak.Options{Log: os.Stdout}
	flag.DurationVar(&opts.Duration, "duration", 30*time.Minute, "how long it takes")
	flag.IntVar(&opts.Objects, "objects", 5000, "how many objects there are")
	flag.IntVar(&opts.Rate, "rate", 200, "how many changes there are a second")
	flag.DurationVar(&opts.FaultEvery, "fault-every", 20*time.Second, "the time between two faults")
	flag.Uint64Var(&opts.Seed, "seed", 1, "what faults and changes are made from")
	out := flag.String("out", ".", "the folder for soak.csv and soak.html")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, opts, *out); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to cancel
	}
}

func run(ctx context.Context, opts soak.Options, out string) error {
	samples, problems, err := soak.Run(ctx, opts)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o750); err != nil {
		return err
	}
	err = errors.Join(
		write(filepath.Join(out, "soak.csv"), func(f *os.File) error { return soak.WriteCSV(f, samples) }),
		write(filepath.Join(out, "soak.html"), func(f *os.File) error { return soak.WritePage(f, samples, problems) }),
	)
	for _, problem := range problems {
		err = errors.Join(err, errors.New(problem))
	}
	if len(samples) > 0 {
		fmt.Printf("%+v\n", samples[len(samples)-1])
	}
	return err
}

func write(path string, content func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(content(f), f.Close())
}
