// Shards runs two replicas of a controller in one process, which share the robots of a fleet: each lists, watches and reconciles those
// that it holds.
//
//	go run ./examples/shards
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"sync"
	"time"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/sharding"
)

func main() {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	server, err := newServer(20)
	if err != nil {
		log.Fatal(err) //nolint:gocritic // stop has nothing left to do
	}
	defer server.Close()
	var replicas sync.WaitGroup
	for _, name := range []string{"first", "second"} {
		replicas.Go(func() {
			if err := replica(ctx, server.Config(), name, os.Stdout); err != nil {
				log.Print(err)
			}
		})
	}
	replicas.Wait()
}

// replica reconciles its part of the robots until ctx ends. In a cluster, name is that of the pod.
func replica(ctx context.Context, config *rest.Config, name string, out io.Writer) error {
	client, err := versioned.NewForConfig(config)
	if err != nil {
		return err
	}
	leases, err := sharding.NewLeases(config, "default")
	if err != nil {
		return err
	}
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	members, err := sharding.Join(ctx, leases, sharding.Options{Group: "fleet", Identity: name, LeaseDuration: 5 * time.Second})
	if err != nil {
		return err
	}
	factory := externalversions.NewSharedInformerFactoryWithOptions(client, 0, externalversions.WithShards(members, &v1beta1.Robot{}))
	reconcile := func(_ context.Context, robot *v1beta1.Robot) (controller.Result, error) {
		_, err := fmt.Fprintln(out, name, "reconciles", robot.Name)
		return controller.Result{}, err
	}
	c, err := controller.New(factory, reconcile, controller.Options[*v1beta1.Robot]{
		For: factory.Fleet().V1beta1().Robots().TypedInformer(), Shards: members,
	})
	if err != nil {
		return err
	}
	// The informers run on while the member leaves, so that what it held is handed over.
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	factory.StartWithContext(running)
	defer func() { leave(); members.Wait(); stop(); factory.Shutdown() }()
	return c.Run(ctx)
}
