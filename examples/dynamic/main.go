// Dynamic prints a live table of any resource in any cluster, known to it by name alone: short names do, and where a
// name is that of several resources, the group after a dot or the whole of group/version/resource tells which.
//
//	KUBECONFIG=~/.kube/config go run ./examples/dynamic pods
//	go run ./examples/dynamic deploy.apps kube-system
//	go run ./examples/dynamic gateway.networking.k8s.io/v1/httproutes
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/memory"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/restmapper"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err == nil {
		err = run(ctx, config, os.Args[1:], os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "dynamic:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing left to do
	}
}

// run prints a line for each object there is, and one for each change, until ctx ends.
func run(ctx context.Context, config *rest.Config, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("name a resource, such as pods or gateway.networking.k8s.io/v1/httproutes, and a namespace if you like")
	}
	resource, err := find(config, args[0])
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	namespace := strings.Join(args[1:], "")
	informer := dynamicinformer.NewFilteredDynamicInformer(client, resource, namespace, 0, nil, nil).Informer()
	line := func(event string) func(obj any) {
		return func(obj any) {
			if o, ok := obj.(*unstructured.Unstructured); ok {
				fmt.Fprintf(out, "%-8s  %-20s  %-40s  %s\n", event, o.GetNamespace(), o.GetName(), o.GetResourceVersion())
			}
		}
	}
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    line("ADDED"),
		UpdateFunc: func(_, obj any) { line("MODIFIED")(obj) },
		DeleteFunc: line("DELETED"),
	})
	if err == nil {
		fmt.Fprintf(out, "%-8s  %-20s  %-40s  %s\n", "EVENT", "NAMESPACE", "NAME", "VERSION")
		informer.RunWithContext(ctx)
	}
	return err
}

// find turns what a person types into a resource of the server.
func find(config *rest.Config, name string) (schema.GroupVersionResource, error) {
	live, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return schema.GroupVersionResource{}, err
	}
	client := memory.NewMemCacheClient(live)
	mapper := restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(client), client, nil)
	if parts := strings.Split(name, "/"); len(parts) == 3 {
		return mapper.ResourceFor(schema.GroupVersionResource{Group: parts[0], Version: parts[1], Resource: parts[2]})
	}
	return mapper.ResourceFor(schema.ParseGroupResource(name).WithVersion(""))
}
