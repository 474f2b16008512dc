// Dynamic prints a live table of any resource in any cluster: go run ./examples/dynamic RESOURCE [NAMESPACE], with a resource
// such as pods, deploy.apps or gateway.networking.k8s.io/v1/httproutes.
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
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err == nil {
		err = run(ctx, config, os.Args[1:], os.Stdout)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "dynamic:", err)
		os.Exit(1)
	}
}

// run prints a line for each object there is, and one for each change, until ctx ends.
func run(ctx context.Context, config *rest.Config, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("name a resource, such as pods or gateway.networking.k8s.io/v1/httproutes, and a namespace if you like")
	}
	live, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	known := memory.NewMemCacheClient(live)
	wanted := schema.ParseGroupResource(args[0]).WithVersion("")
	if parts := strings.Split(args[0], "/"); len(parts) == 3 {
		wanted = schema.GroupVersionResource{Group: parts[0], Version: parts[1], Resource: parts[2]}
	}
	resource, err := restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(known), known, nil).ResourceFor(wanted)
	if err != nil {
		return err
	}
	line := func(columns ...any) { fmt.Fprintf(out, "%-8s  %-20s  %-40s  %s\n", columns...) }
	state := func(event string, o *unstructured.Unstructured) {
		line(event, o.GetNamespace(), o.GetName(), o.GetResourceVersion())
	}
	factory := dynamicinformer.NewFilteredDynamicInformer(client, resource, strings.Join(args[1:], ""), 0, nil, nil)
	informer := cache.NewTypedSharedIndexInformer[*unstructured.Unstructured](factory.Informer())
	if _, err := informer.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*unstructured.Unstructured]{
		AddFunc:    func(o *unstructured.Unstructured) { state("ADDED", o) },
		UpdateFunc: func(_, o *unstructured.Unstructured) { state("MODIFIED", o) },
		DeleteFunc: func(o cache.DeletedObject[*unstructured.Unstructured]) {
			line("DELETED", o.GetNamespace(), o.GetName(), "")
		},
	}); err != nil {
		return err
	}
	line("EVENT", "NAMESPACE", "NAME", "VERSION")
	informer.RunWithContext(ctx)
	return nil
}
