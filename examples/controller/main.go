// Controller counts the robots of each site in its status, and deletes them before their site goes. Start it more than once: one of
// them leads.
//
//	go run ./examples/controller -kubeconfig ~/.kube/config
//
// It exists twice: on informers and a queue (plain), and on runtime/controller (small, with -small).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/typewright/typewright/examples/controller/plain"
	"github.com/typewright/typewright/examples/controller/sites"
	"github.com/typewright/typewright/examples/controller/small"
	"github.com/typewright/typewright/runtime/clientcmd"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "the kubeconfig file; empty means the cluster that the program runs in")
	identity := flag.String("identity", fmt.Sprintf("replica-%d", os.Getpid()), "the name of this replica")
	useSmall := flag.Bool("small", false, "run the controller on runtime/controller")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	newController := plain.New
	if *useSmall {
		newController = small.New
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err == nil {
		err = sites.Run(ctx, config, *identity, newController)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "controller:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing left to do
	}
}
