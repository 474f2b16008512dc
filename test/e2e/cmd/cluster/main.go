// Command cluster runs a real Kubernetes API server on this machine until it is interrupted, with the custom resources
// of apis/ installed, and prints how to reach it:
//
//	go run ./cmd/cluster [-controller-manager] [-build]
//
// With -build it only builds the servers, so that tests need not.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/typewright/typewright/test/e2e/cluster"
)

func main() {
	controllers := flag.Bool("controller-manager", false, "run the kube-controller-manager too")
	buildOnly := flag.Bool("build", false, "build the servers and stop")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, *controllers, *buildOnly); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to cancel
	}
}

func run(ctx context.Context, controllers, buildOnly bool) error {
	if buildOnly {
		return cluster.Build(ctx, controllers)
	}
	c, err := cluster.Start(ctx, cluster.Options{ControllerManager: controllers})
	if err != nil {
		return err
	}
	defer c.Stop()
	kubeconfig, err := c.Kubeconfig(cluster.Admin)
	if err != nil {
		return err
	}
	fmt.Printf("%s serves; logs are in %s. Interrupt to end it.\n\nexport KUBECONFIG=%s\n", c.URL(), c.Dir(), kubeconfig)
	<-ctx.Done()
	return nil
}
