// Inspect serves a page that shows what a controller's informers and queues do:
//
//	go run ./examples/inspect
//
// The controller works on an API server in this process, and shares its robots with another replica. Every second robot has no battery,
// and an informer of a kind without a definition cannot list, so that the page shows failures too.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"os"
	"os/signal"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/inspect"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, "localhost:6060", os.Stdout)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

// run serves the page on an address until ctx ends.
func run(ctx context.Context, address string, out io.Writer) error {
	server, err := newServer()
	if err != nil {
		return err
	}
	defer server.Close()
	client, err := versioned.NewForConfig(server.Config())
	if err != nil {
		return err
	}
	untyped, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	members, leave, err := join(ctx, server)
	if err != nil {
		return err
	}
	factory := externalversions.NewSharedInformerFactoryWithOptions(client, 0, externalversions.WithShards(members, &v1beta1.Robot{}))
	lost := dynamicinformer.NewFactory(untyped, dynamicinformer.Options{})
	defer func() { cancel(); leave(); factory.Shutdown(); lost.Shutdown() }()
	robots := factory.Fleet().V1beta1().Robots().TypedInformer()
	factory.Fleet().V1beta1().Sites().Informer()
	lost.ForResource(schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "docks"})
	charger, err := controller.New(factory, charge, controller.Options[*v1beta1.Robot]{Name: "charger", For: robots, Shards: members})
	if err != nil {
		return err
	}
	page, err := inspect.New(inspect.Options{
		Title: "fleet", Factories: []inspect.Factory{factory, lost}, Controllers: []inspect.Controller{charger},
		Members: map[string]inspect.Member{"charger": members},
	})
	if err != nil {
		return err
	}
	lost.StartWithContext(ctx)
	factory.StartWithContext(ctx)
	ended := make(chan error, 2)
	go func() { ended <- charger.Run(ctx) }()
	go func() { ended <- serve(ctx, address, page, out) }()
	err = <-ended
	cancel()
	return errors.Join(err, <-ended)
}
