package main

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/cmd/internal/cli"
	"github.com/typewright/typewright/cmd/internal/start"
)

const initUsage = `clientgen init writes the beginnings of a program into a module: an example type
with markers, the lines for go generate, a program with an informer, and a test.
It generates from the type and overwrites nothing.

Usage: clientgen init [flags] [folder]`

// initCommand is "clientgen init".
func initCommand() cli.Command {
	return cli.Command{Name: "init", Run: runInit}
}

func runInit(ctx context.Context, args []string, streams cli.Streams) int {
	o := start.Options{Progress: streams.Out}
	fs := pflag.NewFlagSet("clientgen init", pflag.ContinueOnError)
	fs.StringVar(&o.Checkout, "checkout", "", "DIR\tuse the source in DIR, not published modules")
	if code, ok := cli.ParseCommand(fs, initUsage, args, streams); !ok {
		return code
	}
	if fs.NArg() > 1 {
		fmt.Fprintln(streams.Err, "clientgen init: name one folder at most:", fs.Args())
		return cli.ExitMisuse
	}
	o.Dir = fs.Arg(0)
	o.Version, _ = cli.Version()
	if err := start.Run(ctx, o); err != nil {
		fmt.Fprintln(streams.Err, "clientgen init:", err)
		return cli.ExitStale
	}
	return cli.ExitDone
}
