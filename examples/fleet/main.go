// Fleet shows the generated packages at work in one process: it starts an API server on loopback, creates robots through
// the generated clientset, watches them through a generated informer, prints each event as a line of a table and ends by
// itself with a summary.
//
//	go run ./examples/fleet
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1) //nolint:gocritic // stop and cancel have nothing left to do
	}
}
