package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/typewright/typewright/gen"
	"github.com/typewright/typewright/gen/emit"
	"github.com/typewright/typewright/gen/memo"
)

// The exit codes.
const (
	ExitDone   = 0 // the output is up to date, or has been written
	ExitStale  = 1 // --verify found changes, or the run failed
	ExitMisuse = 2 // bad flags
)

// Tool is one of the commands.
type Tool struct {
	// Name is "clientgen" or "informergen".
	Name string
	// Summary and Examples are the first and the last part of the help.
	Summary, Examples string
	// Flags adds the flags of this tool only; may be nil.
	Flags func(fs *pflag.FlagSet, c *gen.Config)
	// Commands are what the tool does beside generating, when the first argument is their name.
	Commands []Command
}

// Command is a subcommand of a tool.
type Command struct {
	// Name is the first argument.
	Name string
	// Run gets the arguments after the name, and returns the exit code.
	Run func(ctx context.Context, args []string, streams Streams) int
}

func (t Tool) addFlags(fs *pflag.FlagSet, c *gen.Config) {
	if t.Flags != nil {
		t.Flags(fs, c)
	}
}

// gcPercent lets the heap grow to three times the live data between collections: about 100 MiB for all of k8s.io/api. Beyond that
// it takes longer to get memory from the system than to collect it.
const gcPercent = 200

// Streams are the standard output and standard error of a command.
type Streams struct {
	Out, Err io.Writer
}

// Main runs the tool with the arguments and streams of the process, and exits. An interrupt ends the run before any file is
// renamed. Unless GOGC is set, Main makes garbage collection less frequent: a run is short, and this saves a tenth of its
// time.
func Main(tool Tool) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Run(ctx, tool, os.Args[1:], Streams{Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}

// Run runs the tool and returns the exit code.
func Run(ctx context.Context, tool Tool, args []string, streams Streams) int {
	tool.Commands = append(slices.Clone(tool.Commands), completionCommand(tool))
	if len(args) == 2 && args[0] == "help" {
		args = []string{args[1], "--help"}
	}
	for _, c := range tool.Commands {
		if len(args) > 0 && args[0] == c.Name {
			return c.Run(ctx, args[1:], streams)
		}
	}
	o, fs, err := parse(tool, args)
	switch {
	case err != nil:
		fmt.Fprintf(streams.Err, "%s: %v (--help lists the flags)\n", tool.Name, err)
		o.failJSON(streams, err)
		return ExitMisuse
	case o.help:
		fmt.Fprint(streams.Out, help(tool, fs))
		return ExitDone
	case o.version:
		version, golang := Version()
		fmt.Fprintf(streams.Out, "%s %s (%s)\n", tool.Name, version, golang)
		return ExitDone
	}
	o.config.Year = time.Now().Year()
	return o.run(ctx, streams)
}

// run generates, compares the files with the disk, and writes, prints or only counts the changes.
func (o *options) run(ctx context.Context, streams Streams) int {
	start := time.Now()
	book := o.book()
	if summary, ok := gen.Recall(ctx, o.config, book); ok {
		return o.report(streams, outcome{summary: summary, changes: emit.Changes{Unchanged: summary.Files}, took: time.Since(start)})
	}
	res, err := gen.Run(ctx, o.config)
	if err != nil {
		return o.fail(ctx, streams, err)
	}
	if err := res.CheckClients(); err != nil {
		return o.fail(ctx, streams, err)
	}
	changes, err := emit.Compare(res.Set)
	if err != nil {
		return o.fail(ctx, streams, err)
	}
	if err := o.sink(streams, res.Root).Apply(ctx, changes); err != nil {
		return o.fail(ctx, streams, err)
	}
	if !o.verify && !o.dryRun {
		// Without a note the next run only takes longer.
		_ = gen.Remember(res, book)
	}
	return o.report(streams, outcome{
		summary: res.Summary(), changes: changes, root: res.Root, times: res.Times, took: time.Since(start),
	})
}

// book returns the notes of earlier runs; with TYPEWRIGHT_CACHE=off there are none.
func (o *options) book() memo.Book {
	if os.Getenv("TYPEWRIGHT_CACHE") == "off" {
		return memo.Book{}
	}
	return memo.Open()
}

// sink returns the consumer of the changes that the flags select.
func (o *options) sink(streams Streams, root string) emit.Sink {
	switch {
	case o.json && (o.verify || o.dryRun):
		return emit.Nothing{}
	case o.verify:
		return emit.Diff{W: streams.Out, Dir: root, Color: colors(streams.Out)}
	case o.dryRun:
		return emit.List{W: streams.Out, Dir: workingFolder()}
	}
	return emit.Disk{Tool: o.config.Tool}
}

// workingFolder returns the folder that printed paths are relative to; empty if it is unknown.
func workingFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

// colors reports whether w is a terminal on which colours are wanted (https://no-color.org).
func colors(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}

// fail prints an error and returns the exit code.
func (o *options) fail(ctx context.Context, streams Streams, err error) int {
	if ctx.Err() != nil && !errors.Is(err, emit.ErrPartial) {
		err = errors.New("interrupted: nothing was changed")
	}
	fmt.Fprintln(streams.Err, err)
	o.failJSON(streams, err)
	if gen.Misuse(err) {
		return ExitMisuse
	}
	return ExitStale
}

// Version returns the version of the module that the command was built from, and that of Go. They are "unknown" in a binary without
// build information.
func Version() (module, golang string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown", "unknown"
	}
	const path = "github.com/typewright/typewright"
	module = info.Main.Version
	for _, dep := range info.Deps {
		if dep.Path == path {
			module = dep.Version
		}
	}
	return module, info.GoVersion
}
