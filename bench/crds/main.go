// Crds measures how long CustomResourceDefinitions take: controller-gen and clientgen, in turn, each a whole process that reads the
// same packages. The packages are those that test/crd compares; both run in that module. clientgen runs in three ways: it writes
// definitions alone; clients, fakes, apply configurations and codecs; and all of these. What the last takes longer than the one
// before is what definitions cost somebody who emits clients anyway: the line "typewright-added".
//
//	go run ./crds [-runs 5] [-only apis]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/typewright/typewright/bench/internal/proc"
)

// crdModule is the module that requires controller-gen and the packages.
const crdModule = "../test/crd"

func main() {
	runs := flag.Int("runs", 5, "counted runs of each side, after one that is not counted")
	only := flag.String("only", "", "only the inputs whose name contains this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *runs, *only); err != nil {
		fmt.Fprintln(os.Stderr, "crds:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing left to do
	}
}

func run(ctx context.Context, runs int, only string) error {
	dir, err := os.MkdirTemp("", "typewright-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, tool := range []string{"sigs.k8s.io/controller-tools/cmd/controller-gen", "github.com/typewright/typewright/cmd/clientgen"} {
		cmd := exec.CommandContext(ctx, "go", "build", "-o", dir+string(filepath.Separator), tool)
		cmd.Dir = crdModule
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", tool, err, out)
		}
	}
	if err := os.Setenv("TYPEWRIGHT_CACHE", "off"); err != nil { // clientgen must not skip its work
		return err
	}
	for _, in := range inputs() {
		if !strings.Contains(in.name, only) {
			continue
		}
		if err := in.measure(ctx, dir, runs); err != nil {
			return err
		}
	}
	return nil
}

// input is the packages that one run reads.
type input struct {
	name     string
	packages []string
}

func inputs() []input {
	all := []input{
		{"apis", []string{"github.com/typewright/typewright/apis/fleet/...", "github.com/typewright/typewright/apis/telemetry/..."}},
		{"cert-manager", below("github.com/cert-manager/cert-manager/pkg/apis/", "acme/v1", "certmanager/v1")},
		{"cluster-api", below("sigs.k8s.io/cluster-api/api/core/", "v1beta1", "v1beta2")},
		{"gateway-api", below("sigs.k8s.io/gateway-api/apis/", "v1", "v1alpha2", "v1beta1")},
		{"kueue", below("sigs.k8s.io/kueue/apis/kueue/", "v1beta1", "v1beta2")},
		{"prometheus-operator", below("github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/", "v1", "v1alpha1", "v1beta1")},
	}
	together := input{name: "together"}
	for _, in := range all {
		together.packages = append(together.packages, in.packages...)
	}
	return append(all, together)
}

func below(path string, names ...string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = path + name
	}
	return paths
}

// clients are the artifacts that a run emits beside definitions.
const clients = "clientset,fake,applyconfiguration,codec"

// side is one command.
type side struct {
	name  string
	args  []string
	runs  []proc.Usage
	files int
}

// sides are controller-gen, clientgen for definitions alone, clientgen for all else, and clientgen for everything.
func (in input) sides(dir string) [4]*side {
	out := filepath.Join(dir, "out")
	ours := func(name, artifacts string) *side {
		return &side{name: name, args: append([]string{
			filepath.Join(dir, "clientgen"), "--with=" + artifacts, "--quiet", "--go-header-file=none",
			"--crd-dir=" + filepath.Join(out, "crd"), "--output-dir=" + out, "--output-pkg=bench.example/out",
		}, in.packages...)}
	}
	return [4]*side{
		{name: "controller-gen", args: append([]string{
			filepath.Join(dir, "controller-gen"), "crd:allowDangerousTypes=true,ignoreUnexportedFields=true",
			"output:crd:dir=" + filepath.Join(out, "crd"),
		}, withPrefix("paths=", in.packages)...)},
		ours("typewright", "crd"),
		ours("typewright-clients", clients),
		ours("typewright-everything", clients+",crd"),
	}
}

// measure runs all sides in turn, and prints the runs and the ratios of their medians.
func (in input) measure(ctx context.Context, dir string, runs int) error {
	sides := in.sides(dir)
	for i := range runs + 1 {
		for _, s := range sides {
			usage, err := s.run(ctx, dir)
			if err != nil {
				return err
			}
			if i > 0 {
				s.runs = append(s.runs, usage)
				in.print(s.name, usage)
			}
		}
	}
	theirs, alone := proc.Median(sides[0].runs), proc.Median(sides[1].runs)
	before, after := proc.Median(sides[2].runs), proc.Median(sides[3].runs)
	added := proc.Usage{Wall: after.Wall - before.Wall, CPU: after.CPU - before.CPU, PeakRSS: after.PeakRSS}
	in.print("typewright-added", added)
	fmt.Printf("\n%s: %d definitions of controller-gen in %.2fs, %d of clientgen in %.2fs: %.1f times the speed. Beside clients they add %.2fs: %.1f times (medians of %d)\n\n",
		in.name, sides[0].files, theirs.Wall.Seconds(), sides[1].files, alone.Wall.Seconds(), theirs.Wall.Seconds()/alone.Wall.Seconds(),
		added.Wall.Seconds(), theirs.Wall.Seconds()/added.Wall.Seconds(), runs)
	return nil
}

func (in input) print(side string, usage proc.Usage) {
	fmt.Printf("BenchmarkCRDs/%s/%s 1 %d ns/op %d cpu-ns/op %d peak-B\n", in.name, side, usage.Wall.Nanoseconds(), usage.CPU.Nanoseconds(), usage.PeakRSS)
}

// run runs the command of a side once, in a folder without its output, and counts the definitions that it writes.
func (s *side) run(ctx context.Context, dir string) (proc.Usage, error) {
	out := filepath.Join(dir, "out")
	if err := os.RemoveAll(out); err != nil {
		return proc.Usage{}, err
	}
	usage, err := proc.Run(ctx, proc.Command{Dir: crdModule, Args: s.args})
	if err != nil {
		return proc.Usage{}, err
	}
	written, err := filepath.Glob(filepath.Join(out, "crd", "*.yaml"))
	s.files = len(written)
	return usage, err
}

func withPrefix(prefix string, list []string) []string {
	all := make([]string, len(list))
	for i, text := range list {
		all[i] = prefix + text
	}
	return all
}
