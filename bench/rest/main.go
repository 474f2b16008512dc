// Rest measures what a typed client adds to a request: a GET of one small object, a LIST of 500 pods, a POST and a watch of
// 10,000 events, through this project's typed client, client-go's, and net/http alone, which decodes nothing. They
// take turns in one run against one server, which is a process of its own, in JSON over loopback. The GET is there in
// protobuf too, which clients of built-in kinds speak unless told otherwise; and in JSON once more through net/http that
// decodes, so that what decoding takes can be told from what the client does. Encode is the body of an update of a custom object
// alone, by its generated encoder, by apimachinery's serializer and by encoding/json.
//
//	go run ./rest [-rounds 7] [-time 300ms] [-only GET]
//
// It prints a line for each round in the format of Go's benchmarks, and then, row by row, the medians and the ratios of
// this project's to the others', round by round.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

func main() {
	serve := flag.Bool("serve", false, "be the server (the program starts it itself)")
	rounds := flag.Int("rounds", 7, "counted rounds, after one that is not counted")
	span := flag.Duration("time", 300*time.Millisecond, "how long each side works on each row in a round")
	only := flag.String("only", "", "measure rows with this prefix only")
	profile := flag.String("cpuprofile", "", "write a profile of this project's side to this file")
	flag.Parse()
	if err := run(*serve, options{rounds: *rounds, span: *span, only: *only, cpuProfile: *profile}); err != nil {
		fmt.Fprintln(os.Stderr, "rest:", err)
		os.Exit(1)
	}
}

func run(serve bool, opts options) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch {
	case flag.NArg() > 0:
		return errors.New("unexpected arguments: " + strings.Join(flag.Args(), " "))
	case serve:
		return serveForever(ctx)
	default:
		return compare(ctx, opts)
	}
}
