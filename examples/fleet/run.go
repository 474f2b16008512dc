package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/apitest"
)

const namespace = "default"

// run starts the server, lets story change robots through the clientset, and prints what the informer sees of it.
func run(ctx context.Context, out io.Writer) error {
	server, err := apitest.New(apitest.Options{Scheme: scheme.Scheme, Resources: fake.Resources()})
	if err != nil {
		return fmt.Errorf("start the API server: %w", err)
	}
	defer server.Close()
	client, err := versioned.NewForConfig(server.Config())
	if err != nil {
		return fmt.Errorf("make a client for %s: %w", server.URL(), err)
	}
	fmt.Fprintf(out, "API server at %s\n\n", server.URL())

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	factory := externalversions.NewSharedInformerFactory(client, 10*time.Minute)
	defer factory.Shutdown()
	defer cancel()
	robots := factory.Fleet().V1beta1().Robots()
	table := newTable(out)
	if _, err := robots.TypedInformer().AddTypedEventHandler(table); err != nil {
		return fmt.Errorf("watch robots: %w", err)
	}
	factory.StartWithContext(ctx)
	if err := factory.WaitForCacheSyncWithContext(ctx).AsError(); err != nil {
		return fmt.Errorf("wait for the informer: %w", err)
	}

	writes, err := story(ctx, client)
	if err != nil {
		return err
	}
	if err := table.wait(ctx, writes); err != nil {
		return err
	}
	left, err := robots.Lister().Robots(namespace).List(labels.Everything())
	if err != nil {
		return fmt.Errorf("list robots from the cache: %w", err)
	}
	table.summary(writes, names(left))
	return nil
}

// names returns the robots' names in the order given.
func names(robots []*v1beta1.Robot) []string {
	all := make([]string, 0, len(robots))
	for _, robot := range robots {
		all = append(all, robot.Name)
	}
	return all
}
