package cli

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"
)

// ParseCommand parses the arguments of a subcommand. It prints the help, with usage and then the flags, or what is wrong with the
// arguments. ok is false if the command is to end with the exit code.
func ParseCommand(fs *pflag.FlagSet, usage string, args []string, streams Streams) (code int, ok bool) {
	fs.SetOutput(io.Discard)
	fs.SortFlags = false
	wanted := fs.BoolP("help", "h", false, "print this help")
	err := checkDashes(fs, args)
	if err == nil {
		err = suggest(fs, fs.Parse(args))
	}
	switch {
	case err != nil:
		fmt.Fprintf(streams.Err, "%s: %v (--help lists the flags)\n", fs.Name(), err)
		return ExitMisuse, false
	case *wanted:
		fmt.Fprintf(streams.Out, "%s\n\n%s", usage, flagHelp(fs))
		return ExitDone, false
	}
	return ExitDone, true
}
