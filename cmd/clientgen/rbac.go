package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/cmd/internal/cli"
	"github.com/typewright/typewright/cmd/internal/rbac"
)

const rbacUsage = `clientgen rbac prints the role that allows what a program does with its clients,
listers and informers, and nothing else. A comment above each rule names the lines
that need it. Without packages it reads the one of the working folder.

What the source does not tell, such as requests of dynamic clients whose resource
is no constant, is listed in comments.

Usage: clientgen rbac [flags] [packages]`

// rbacOptions are the flags of "clientgen rbac".
type rbacOptions struct {
	rbac.Options

	name, verify, output string
	namespaced           bool
}

// rbacCommand is "clientgen rbac".
func rbacCommand() cli.Command {
	return cli.Command{Name: "rbac", Run: runRBAC}
}

func runRBAC(ctx context.Context, args []string, streams cli.Streams) int {
	var o rbacOptions
	fs := pflag.NewFlagSet("clientgen rbac", pflag.ContinueOnError)
	fs.StringVar(&o.name, "name", "", "NAME\tof the role (that of the package)")
	fs.BoolVar(&o.namespaced, "namespaced", false, "a Role for each constant namespace")
	fs.StringVar(&o.verify, "verify", "", "FILE\tcompare with a file; exit 1 if it differs")
	fs.StringVar(&o.Tags, "tags", "", "LIST\tbuild tags")
	fs.StringVarP(&o.output, "output", "o", "text", "FORMAT\ttext or json")
	if code, ok := cli.ParseCommand(fs, rbacUsage, args, streams); !ok {
		return code
	}
	if o.output != "text" && o.output != "json" {
		fmt.Fprintf(streams.Err, "clientgen rbac: --output=%s: use text or json\n", o.output)
		return cli.ExitMisuse
	}
	o.Patterns = fs.Args()
	if len(o.Patterns) == 0 {
		o.Patterns = []string{"."}
	}
	code, err := o.run(ctx, streams)
	if err != nil {
		fmt.Fprintln(streams.Err, err)
		return cli.ExitStale
	}
	return code
}

// run analyses the packages and prints the role, or what a file differs in.
func (o *rbacOptions) run(ctx context.Context, streams cli.Streams) (int, error) {
	var file []byte
	if o.verify != "" {
		var err error
		if file, err = os.ReadFile(o.verify); err != nil {
			return 0, err
		}
	}
	res, err := rbac.Analyze(ctx, o.Options)
	if err != nil {
		return 0, err
	}
	if o.name == "" {
		o.name = path.Base(res.Program)
	}
	if o.verify != "" {
		return o.compare(res, file, streams)
	}
	if o.output == "json" {
		return cli.ExitDone, printRole(streams.Out, rbacReport{Name: o.name, Rules: res.Rules(o.namespaced), Open: res.Open})
	}
	fmt.Fprint(streams.Out, res.YAML(o.name, o.namespaced))
	return cli.ExitDone, nil
}

// rbacReport is the object that --output=json prints; with --verify it has the difference in place of the rules.
type rbacReport struct {
	Name       string           `json:"name"`
	Rules      []rbac.Rule      `json:"rules,omitempty"`
	Open       []rbac.Open      `json:"cannotBeTold"`
	Difference *rbac.Difference `json:"difference,omitempty"`
}

func printRole(w io.Writer, report rbacReport) error {
	if report.Open == nil {
		report.Open = []rbac.Open{}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

// compare prints what the file lacks and has too much of. What requests need that cannot be told is in the file, it is hoped, so while
// there are such requests, rules that nothing else needs are named but are no difference.
func (o *rbacOptions) compare(res *rbac.Result, file []byte, streams cli.Streams) (int, error) {
	d, err := res.Compare(file, o.namespaced)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", o.verify, err)
	}
	code := cli.ExitDone
	if len(d.Missing) > 0 || len(d.Needless) > 0 && len(res.Open) == 0 {
		code = cli.ExitStale
	}
	if o.output == "json" {
		return code, printRole(streams.Out, rbacReport{Name: o.name, Open: res.Open, Difference: &d})
	}
	for _, line := range d.Missing {
		fmt.Fprintln(streams.Out, "+ missing:", line)
	}
	for _, line := range d.Needless {
		fmt.Fprintln(streams.Out, "- needless:", line)
	}
	if len(d.Needless) > 0 && len(res.Open) > 0 {
		fmt.Fprintln(streams.Out, "  unless one of these needs it, whose resource the source does not tell:")
		for _, open := range res.Open {
			fmt.Fprintf(streams.Out, "  %s: %s\n", open.At, open.What)
		}
	}
	return code, nil
}
