// Projection follows all pods of a cluster and keeps six strings and the labels of each: go run ./examples/projection. It prints how
// many pods a node has in a phase whenever that changes.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/typewright/typewright/apis/views"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/informers/externalversions"
	corev1 "github.com/typewright/typewright/generated/informers/externalversions/core/v1"
	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/rest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err == nil {
		err = run(ctx, config, os.Stdout)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "projection:", err)
		os.Exit(1)
	}
}

// run prints a line for each pod that comes, changes its place or goes, until ctx ends.
func run(ctx context.Context, config *rest.Config, out io.Writer) error {
	client, err := versioned.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := externalversions.NewSharedInformerFactory(client, 0)
	defer factory.Shutdown()
	pods := factory.Core().V1().PodViews().TypedInformer()
	byPlace := func(pod *views.PodView) ([]string, error) { return []string{place(pod)}, nil }
	if err := pods.AddTypedIndexers(corev1.PodViewIndexers{"place": byPlace}); err != nil {
		return err
	}
	count := func(event string, pod *views.PodView) {
		there, err := pods.GetTypedIndexer().ByTypedIndex("place", place(pod))
		if err == nil {
			fmt.Fprintf(out, "%-8s %s/%s: now %d %s\n", event, pod.Namespace, pod.Name, len(there), place(pod))
		}
	}
	if _, err := pods.AddTypedEventHandler(corev1.PodViewHandlerFuncs{
		AddFunc: func(pod *views.PodView) { count("ADDED", pod) },
		UpdateFunc: func(old, pod *views.PodView) {
			if place(old) != place(pod) {
				count("MOVED", pod)
			}
		},
		DeleteFunc: func(gone corev1.DeletedPodView) { fmt.Fprintf(out, "%-8s %s\n", "DELETED", gone.GetObjectName()) },
	}); err != nil {
		return err
	}
	factory.StartWithContext(ctx)
	if err := factory.WaitForCacheSyncWithContext(ctx).AsError(); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// place is a node and a phase.
func place(pod *views.PodView) string { return pod.Status.Phase + " on " + pod.Spec.NodeName }
