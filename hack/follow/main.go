// Follow says what another version of Kubernetes' Go libraries would change here: the surface of client-go, with our package for each
// of its packages; its tests; what the generators are made of and what they emit; and the kinds and markers of k8s.io/api. It compares
// source text, so it needs some seconds and no build.
//
//	go run ./hack/follow v0.38.0-beta.0        # "make follow VERSION=v0.38.0-beta.0"
//
// The report is what to work through when the versions in go.mod are raised: docs/versions.md says how.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
)

func main() {
	from := flag.String("from", "", "the version to compare with; empty means that of k8s.io/apimachinery in go.mod")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), "Usage: go run ./hack/follow [-from VERSION] VERSION\n\nVERSION is one of k8s.io/client-go, such as v0.38.0-beta.0.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *from, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "follow:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing left to do
	}
}

func run(ctx context.Context, out io.Writer, from string, args []string) error {
	if len(args) != 1 {
		return errors.New("name one version, such as v0.38.0-beta.0; go list -m -versions k8s.io/client-go lists them")
	}
	if from == "" {
		var err error
		if from, err = pinned(ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "# From %s to %s\n", from, args[0])
	for _, section := range sections() {
		before, err := source(ctx, section.module, from)
		if err != nil {
			return err
		}
		after, err := source(ctx, section.module, args[0])
		if err != nil {
			return err
		}
		if err := section.write(out, before, after); err != nil {
			return fmt.Errorf("%s: %w", section.title, err)
		}
	}
	return nil
}

// pinned returns the version of Kubernetes' libraries that go.mod requires.
func pinned(ctx context.Context) (string, error) {
	version, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Version}}", "k8s.io/apimachinery").Output()
	return strings.TrimSpace(string(version)), err
}
