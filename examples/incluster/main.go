// Incluster runs in a Pod and prints what happens to the robots of its namespace:
//
//	docker build -f examples/incluster/Dockerfile -t example.com/incluster:1 . && docker push example.com/incluster:1
//	kubectl apply -f config/crd -f examples/incluster/manifests.yaml
//	kubectl -n incluster logs -f deploy/incluster
//
// Outside of a cluster it connects as kubectl does, so that it can be tried without an image:
//
//	go run ./examples/incluster
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/informers/externalversions"
	informers "github.com/typewright/typewright/generated/informers/externalversions/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/rest"
)

func main() {
	// A Pod that is to end gets SIGTERM.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	config, err := connect()
	if err == nil {
		err = run(ctx, config, cmp.Or(os.Getenv("POD_NAMESPACE"), "default"), os.Stdout)
	}
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

// connect returns how to reach the cluster that the program runs in, or else the current one of kubeconfig.
func connect() (*rest.Config, error) {
	config, err := rest.InClusterConfig()
	if !errors.Is(err, rest.ErrNotInCluster) {
		return config, err
	}
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{}).ClientConfig()
}

// run prints what happens to robots until ctx ends.
func run(ctx context.Context, config *rest.Config, namespace string, out io.Writer) error {
	client, err := versioned.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	factory := externalversions.NewSharedInformerFactoryWithOptions(client, 0, externalversions.WithNamespace(namespace))
	defer func() { cancel(); factory.Shutdown() }()
	if _, err := factory.Fleet().V1beta1().Robots().TypedInformer().AddTypedEventHandler(informers.RobotHandlerFuncs{
		AddFunc:    func(r *v1beta1.Robot) { fmt.Fprintln(out, "added", r.Name) },
		UpdateFunc: func(_, r *v1beta1.Robot) { fmt.Fprintln(out, "updated", r.Name, r.Status.Phase) },
		DeleteFunc: func(r informers.DeletedRobot) { fmt.Fprintln(out, "deleted", r.GetName()) },
	}); err != nil {
		return err
	}
	factory.StartWithContext(ctx)
	<-ctx.Done()
	return nil
}
