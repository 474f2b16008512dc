// This program copies notices into namespaces: an operator to copy. README.md says what lies where.
package main

import (
	"cmp"
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"

	"example.com/operator/notices"

	"github.com/typewright/typewright/runtime/clientcmd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	identity, err := os.Hostname() // the name of the Pod
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG")) // without a file: the cluster that this runs in
	if err != nil {
		return err
	}
	return notices.Run(ctx, config, notices.Replica{Identity: identity, Namespace: cmp.Or(os.Getenv("POD_NAMESPACE"), "default")})
}
