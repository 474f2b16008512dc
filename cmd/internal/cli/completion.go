package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

const completionUsage = `%[1]s completion prints a script by which a shell completes the commands and flags:

  bash   source <(%[1]s completion bash)
  zsh    source <(%[1]s completion zsh)
  fish   %[1]s completion fish | source

Usage: %[1]s completion bash|zsh|fish`

// The scripts get the name of the tool, its commands and its flags. All complete the names of folders, too.
const (
	bashCompletion = `_%[1]s() {
	local words="%[2]s"
	[[ ${COMP_WORDS[COMP_CWORD]} == -* ]] && words="%[3]s"
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"; compgen -d -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -F _%[1]s %[1]s
`
	zshCompletion = `#compdef %[1]s
_%[1]s() {
	if [[ $PREFIX == -* ]]; then compadd -- %[3]s; else compadd -- %[2]s; _files -/; fi
}
compdef _%[1]s %[1]s
`
	fishCompletion = `complete -c %[1]s -n __fish_use_subcommand -f -a "%[2]s"
complete -c %[1]s -n "string match -q -- '-*' (commandline -ct)" -f -a "%[3]s"
`
)

// completionCommand is the command "completion" of the tool.
func completionCommand(tool Tool) Command {
	const name = "completion"
	scripts := map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	return Command{Name: name, Run: func(_ context.Context, args []string, streams Streams) int {
		fs := pflag.NewFlagSet(tool.Name+" "+name, pflag.ContinueOnError)
		if code, ok := ParseCommand(fs, fmt.Sprintf(completionUsage, tool.Name), args, streams); !ok {
			return code
		}
		script, known := scripts[fs.Arg(0)]
		if !known || fs.NArg() != 1 {
			fmt.Fprintf(streams.Err, "%s: name one shell: bash, zsh or fish\n", fs.Name())
			return ExitMisuse
		}
		commands := append(commandNames(tool), name)
		slices.Sort(commands)
		fmt.Fprintf(streams.Out, script, tool.Name, strings.Join(slices.Compact(commands), " "), strings.Join(allFlags(tool), " "))
		return ExitDone
	}}
}

// allFlags are the flags of the tool, with their dashes.
func allFlags(tool Tool) []string {
	_, fs, _ := parse(tool, nil)
	var flags []string
	for _, name := range flagNames(fs) {
		flags = append(flags, "--"+name)
	}
	return flags
}
