package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/gen"
	"github.com/typewright/typewright/gen/model"
)

// What a tool does unless the first argument names another command.
const (
	verbGenerate = "generate" // the default
	verbVerify   = "verify"   // as --verify
)

// options holds the values of all flags.
type options struct {
	config gen.Config

	verify, dryRun, json   bool
	quiet, verbose         bool
	version, help          bool
	plurals, types, output string
}

// parse reads the arguments. The options and flags are valid even if it returns an error, for the report of the error.
func parse(tool Tool, args []string) (options, *pflag.FlagSet, error) {
	o := options{config: gen.Config{Tool: tool.Name}}
	fs := pflag.NewFlagSet(tool.Name, pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.SortFlags = false
	o.addFlags(fs, tool)
	args, verify := verb(args)
	err := checkDashes(fs, args)
	if err == nil {
		err = suggest(fs, fs.Parse(args))
	}
	o.json = o.output == "json" || err != nil && wantsJSON(args)
	if err != nil {
		return o, fs, err
	}
	o.verify = o.verify || verify
	o.config.Inputs = fs.Args()
	if len(args) == 1 {
		o.version, o.help = o.version || args[0] == "version", o.help || args[0] == "help"
	}
	if err := checkCommand(tool, o.config.Inputs); err != nil && !o.version && !o.help {
		return o, fs, err
	}
	if o.config.PluralExceptions, err = pairs("--plural-exceptions", o.plurals); err != nil {
		return o, fs, err
	}
	if o.config.IncludedTypes, err = includedTypes(o.types); err != nil {
		return o, fs, err
	}
	switch {
	case o.output != "" && o.output != "json" && o.output != "text":
		return o, fs, fmt.Errorf("--output=%s: use text or json", o.output)
	case o.verify && o.dryRun:
		return o, fs, errors.New("--verify and --dry-run exclude each other: use one of the two")
	case o.quiet && o.verbose:
		return o, fs, errors.New("--quiet and --verbose exclude each other: use one of the two")
	}
	return o, fs, nil
}

// verb takes the word "generate" or "verify" from the front of the arguments, and reports whether it is the latter.
func verb(args []string) (rest []string, verify bool) {
	if len(args) > 0 && (args[0] == verbGenerate || args[0] == verbVerify) {
		return args[1:], args[0] == verbVerify
	}
	return args, false
}

// checkCommand refuses a package that is one word and nearly the name of a command.
func checkCommand(tool Tool, inputs []string) error {
	if len(inputs) == 0 || strings.ContainsAny(inputs[0], "./") {
		return nil
	}
	if name := model.Nearest(inputs[0], commandNames(tool), 2); name != "" && name != inputs[0] {
		return fmt.Errorf("there is no command %s: did you mean %s?", inputs[0], name)
	}
	return nil
}

// commandNames are the words that may be the first argument.
func commandNames(tool Tool) []string {
	names := []string{verbGenerate, verbVerify}
	for _, c := range tool.Commands {
		names = append(names, c.Name)
	}
	return append(names, "version", "help")
}

// addFlags declares all flags of the tool, in the order of the help.
func (o *options) addFlags(fs *pflag.FlagSet, tool Tool) {
	c := &o.config
	artifacts := strings.Join(gen.Artifacts(tool.Name), ", ")
	fs.StringVar(&c.OutputDir, "output-dir", "", "DIR\tfolder to emit to (generated)")
	fs.StringVar(&c.OutputPkg, "output-pkg", "", "PATH\tits import path (from go.mod)")
	fs.StringVar(&c.HeaderFile, "go-header-file", "", "FILE\theader, or none (hack/boilerplate.go.txt)")
	fs.StringSliceVar(&c.With, "with", nil, "LIST\tonly "+artifacts)
	fs.StringSliceVar(&c.Without, "without", nil, "LIST\temit all except these")
	fs.StringVar(&o.plurals, "plural-exceptions", "", "LIST\tirregular plurals: Kind:Plural,…")
	fs.StringVar(&o.types, "included-types-overrides", "", "LIST\talso clients for group/version/Kind,…")
	tool.addFlags(fs, c)
	fs.BoolVar(&o.verify, "verify", false, "write nothing; diff, exit 1 if stale")
	fs.BoolVar(&o.dryRun, "dry-run", false, "write nothing; list the changes")
	fs.StringVarP(&o.output, "output", "o", "", "FORMAT\tformat of the report: text, json (text)")
	fs.BoolVar(&c.Adopt, "adopt", false, "replace files of client-gen and the like")
	fs.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only")
	fs.BoolVarP(&o.verbose, "verbose", "v", false, "also list changes, and time each step")
	fs.BoolVar(&o.version, "version", false, "print the version")
	fs.BoolVarP(&o.help, "help", "h", false, "print this help")
}

// wantsJSON reports whether arguments that could not be parsed select JSON.
func wantsJSON(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool { return arg == "--output=json" || arg == "-ojson" || arg == "-o=json" }) ||
		strings.Contains(strings.Join(args, "\x00")+"\x00", "\x00-o\x00json\x00")
}

// pairs parses "a:b,c:d". It skips empty items.
func pairs(flag, list string) (map[string]string, error) {
	result := map[string]string{}
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		key, value, ok := strings.Cut(item, ":")
		if !ok || key == "" || value == "" {
			return nil, fmt.Errorf("%s: %q is not of the form Kind:Plural", flag, item)
		}
		result[key] = value
	}
	return result, nil
}

// includedTypes parses "group/version/Kind,…" into kinds by "group/version". The core group is written "" or "core".
func includedTypes(list string) (map[string][]string, error) {
	result := map[string][]string{}
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		parts := strings.Split(item, "/")
		if len(parts) != 3 || parts[1] == "" || parts[2] == "" {
			return nil, fmt.Errorf("--included-types-overrides: %q is not of the form group/version/Kind", item)
		}
		if parts[0] == "core" {
			parts[0] = ""
		}
		gv := parts[0] + "/" + parts[1]
		result[gv] = append(result[gv], parts[2])
	}
	return result, nil
}
