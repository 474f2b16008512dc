// Crds measures how long CustomResourceDefinitions take: controller-gen and clientgen, in turn, each a whole process that writes the
// definitions of the same packages and nothing else. The packages are those that test/crd compares; both run in that module.
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

// referee is the module that requires controller-gen and the packages.
const referee = "../test/crd"

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
		cmd.Dir = referee
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", tool, err, out)
		}
	}
	if err := os.Setenv("TYPEWRIGHT_CACHE", "off"); err != nil { // clientgen is to work each time
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

// input are packages that one run reads.
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

// measure runs both sides in turn, and prints the runs and the ratio of their medians.
func (in input) measure(ctx context.Context, dir string, runs int) error {
	sides := []struct {
		name string
		args []string
		runs []proc.Usage
	}{
		{name: "controller-gen", args: append([]string{
			filepath.Join(dir, "controller-gen"), "crd:allowDangerousTypes=true,ignoreUnexportedFields=true",
			"output:crd:dir=" + filepath.Join(dir, "out"),
		}, withPrefix("paths=", in.packages)...)},
		{name: "typewright", args: append([]string{
			filepath.Join(dir, "clientgen"), "--with=crd", "--quiet", "--go-header-file=none",
			"--crd-dir=" + filepath.Join(dir, "out"), "--output-dir=" + filepath.Join(dir, "out"), "--output-pkg=bench.example/out",
		}, in.packages...)},
	}
	var files [2]int
	for i := range runs + 1 {
		for s := range sides {
			if err := os.RemoveAll(filepath.Join(dir, "out")); err != nil {
				return err
			}
			usage, err := proc.Run(ctx, proc.Command{Dir: referee, Args: sides[s].args})
			if err != nil {
				return err
			}
			written, err := os.ReadDir(filepath.Join(dir, "out"))
			if files[s] = len(written); err != nil {
				return err
			}
			if i > 0 {
				sides[s].runs = append(sides[s].runs, usage)
				fmt.Printf("BenchmarkCRDs/%s/%s 1 %d ns/op %d cpu-ns/op %d peak-B\n",
					in.name, sides[s].name, usage.Wall.Nanoseconds(), usage.CPU.Nanoseconds(), usage.PeakRSS)
			}
		}
	}
	theirs, ours := proc.Median(sides[0].runs), proc.Median(sides[1].runs)
	fmt.Printf("\n%s: %d definitions of controller-gen in %.2fs, %d of clientgen in %.2fs: %.1f times the speed (medians of %d)\n\n",
		in.name, files[0], theirs.Wall.Seconds(), files[1], ours.Wall.Seconds(), theirs.Wall.Seconds()/ours.Wall.Seconds(), runs)
	return nil
}

func withPrefix(prefix string, list []string) []string {
	all := make([]string, len(list))
	for i, text := range list {
		all[i] = prefix + text
	}
	return all
}
