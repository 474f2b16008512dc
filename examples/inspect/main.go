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
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
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
	"github.com/typewright/typewright/runtime/sharding"
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

// newServer is an API server with a site, with robots, every second of which has no battery, with leases, and without docks.
func newServer() (*apitest.Server, error) {
	kinds := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, coordinationv1.AddToScheme} {
		if err := add(kinds); err != nil {
			return nil, err
		}
	}
	objects := []runtime.Object{&v1beta1.Site{ObjectMeta: metav1.ObjectMeta{Name: "harbour"}}}
	for i := range 60 {
		robot := &v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: fmt.Sprintf("robot-%02d", i)}}
		robot.Labels = map[string]string{"battery": strconv.FormatBool(i%2 == 0)}
		objects = append(objects, robot)
	}
	return apitest.New(apitest.Options{Scheme: kinds, Resources: fake.Resources(), Objects: objects, ShardedListAndWatch: true})
}

// join makes this process a replica of the controller, and one beside it that only takes its share. leave waits until both have left,
// after ctx has ended.
func join(ctx context.Context, server *apitest.Server) (members *sharding.Membership, leave func(), err error) {
	leases, err := sharding.NewLeases(server.Config(), "default")
	if err != nil {
		return nil, nil, err
	}
	other, err := sharding.Join(ctx, leases, sharding.Options{Group: "charger", Identity: "charger-1"})
	if err != nil {
		return nil, nil, err
	}
	members, err = sharding.Join(ctx, leases, sharding.Options{Group: "charger", Identity: "charger-0"})
	if err != nil {
		return nil, nil, err // other leaves when the caller ends ctx
	}
	return members, func() { members.Wait(); other.Wait() }, nil
}

// charge fails for the robots without a battery, and looks at the others again later.
func charge(_ context.Context, robot *v1beta1.Robot) (controller.Result, error) {
	if robot.Labels["battery"] != "true" {
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
