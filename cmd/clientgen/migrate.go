package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/cmd/internal/cli"
	"github.com/typewright/typewright/cmd/internal/migrate"
)

const migrateUsage = `clientgen migrate moves a module from k8s.io/client-go to this project.

Usage: clientgen migrate --standin|--imports [flags] [folder]

--standin adds a line to go.mod that puts a stand-in in client-go's place. The
source stays as it is, and dependencies that import client-go move along.
--imports rewrites the imports of the module's Go files. Dependencies stay on
client-go, so their types must not meet those of the module.

Either way the result is compiled first, tests included. Unless it compiles,
nothing is changed.`

// migrateCommand is "clientgen migrate".
func migrateCommand() cli.Command {
	return cli.Command{Name: "migrate", Run: runMigrate}
}

func runMigrate(ctx context.Context, args []string, streams cli.Streams) int {
	var o migrate.Options
	fs := pflag.NewFlagSet("clientgen migrate", pflag.ContinueOnError)
	standin := fs.Bool("standin", false, "replace client-go in go.mod")
	imports := fs.Bool("imports", false, "rewrite the imports of Go files")
	fs.StringVar(&o.Checkout, "checkout", "", "DIR\tuse the source in DIR, not published modules")
	fs.BoolVar(&o.DryRun, "dry-run", false, "compile only; change nothing")
	if code, ok := cli.ParseCommand(fs, migrateUsage, args, streams); !ok {
		return code
	}
	if *standin == *imports {
		fmt.Fprintln(streams.Err, "clientgen migrate: choose one way to move: --standin or --imports (--help tells how they differ)")
		return cli.ExitMisuse
	}
	if fs.NArg() > 1 {
		fmt.Fprintln(streams.Err, "clientgen migrate: name one folder at most:", fs.Args())
		return cli.ExitMisuse
	}
	o.Way = migrate.Imports
	if *standin {
		o.Way = migrate.Standin
	}
	o.Dir, o.Progress = fs.Arg(0), streams.Out
	o.Version, _ = cli.Version()
	if err := migrate.Run(ctx, o); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted: nothing was changed")
		}
		fmt.Fprintln(streams.Err, "clientgen migrate:", err)
		return cli.ExitStale
	}
	return cli.ExitDone
}
