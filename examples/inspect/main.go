// Inspect serves a page that shows what a controller's informers and queues do:
//
//	go run ./examples/inspect
//
// The controller works on an API server in this process. Two of its robots have no battery, and an informer of a kind without a
// definition cannot list, so that the page shows failures too.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/apitest"
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
	var robots []runtime.Object
	for _, name := range []string{"ada", "bo", "cy", "dee"} {
		robots = append(robots, &v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}})
	}
	server, err := apitest.New(apitest.Options{Scheme: scheme.Scheme, Resources: fake.Resources(), Objects: robots})
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
	factory := externalversions.NewSharedInformerFactory(client, 0)
	lost := dynamicinformer.NewFactory(untyped, dynamicinformer.Options{})
	defer func() { cancel(); factory.Shutdown(); lost.Shutdown() }()
	factory.Fleet().V1beta1().Robots().Informer()
	lost.ForResource(schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "docks"})
	charger, err := controller.New(factory, charge, controller.Options[*v1beta1.Robot]{Name: "charger"})
	if err != nil {
		return err
	}
	page, err := inspect.New(inspect.Options{
		Title: "fleet", Factories: []inspect.Factory{factory, lost}, Controllers: []inspect.Controller{charger},
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

// charge fails for the robots without a battery, and looks at the others again later.
func charge(_ context.Context, robot *v1beta1.Robot) (controller.Result, error) {
	if robot.Name < "c" {
		return controller.Result{}, fmt.Errorf("robot %s has no battery", robot.Name)
	}
	return controller.Result{RequeueAfter: time.Minute}, nil
}

// serve serves the page and prints where it is.
func serve(ctx context.Context, address string, page http.Handler, out io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "http://%s/debug/typewright\n", listener.Addr())
	mux := http.NewServeMux()
	mux.Handle("/debug/typewright", page)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
