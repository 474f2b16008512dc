// Cache measures informers and stores beside client-go's, in one run: the first sync of many pods and a stream of
// updates, as JSON over loopback, each side in a process of its own that takes turns with the other; then, in this
// process and turn by turn, a store of a million objects with two indexes, a list by selector, and an informer with a
// hundred handlers.
//
//	go run ./cache [-rounds 3] [-only Store] [-objects 20000,100000] [-stored 1000000]
//
// It prints a line for each measurement in the format of Go's benchmarks, and then, row by row, the medians and the ratio
// of this project's to client-go's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
)

type options struct {
	rounds  int
	only    string
	objects []int
	stored  int
	profile string
	sides   []string
}

func main() {
	serve := flag.Int("serve", 0, "be the server of so many pods (the program starts it itself)")
	child := flag.String("side", "", "measure one side of the wire against the server at -url (the program starts it itself)")
	mode := flag.String("mode", "", "kind of informer, for -side")
	url := flag.String("url", "", "address of the server, for -side")
	rounds := flag.Int("rounds", 3, "rounds")
	only := flag.String("only", "", "measure rows with this prefix only")
	objects := flag.String("objects", "20000,100000", "pods to sync")
	stored := flag.Int("stored", 1_000_000, "objects in the store")
	following := flag.String("sides", strings.Join(sides, ","), "the sides that follow the server")
	profile := flag.String("cpuprofile", "", "write a profile of -side, or of this project's side of the rows in this process")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	opts := options{rounds: *rounds, only: *only, stored: *stored, profile: *profile, sides: strings.Split(*following, ",")}
	err := run(ctx, opts, *serve, target{*child, *mode, *url}, *objects)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cache:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, opts options, serve int, child target, objects string) error {
	switch {
	case flag.NArg() > 0:
		return errors.New("unexpected arguments: " + strings.Join(flag.Args(), " "))
	case serve > 0:
		return serveForever(ctx, serve)
	case child.side != "":
		return follow(ctx, child, opts.profile)
	}
	for _, n := range strings.Split(objects, ",") {
		number, err := strconv.Atoi(n)
		if err != nil {
			return fmt.Errorf("-objects: %w", err)
		}
		opts.objects = append(opts.objects, number)
	}
	return compare(ctx, opts)
}
