package leaderelection_test

import (
	"context"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/leaderelection"
	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
)

func Example() {
	server, err := apitest.New(apitest.Options{Scheme: leaseScheme()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	// With a generated clientset: resourcelock.New(resourcelock.LeasesResourceLock, "default", "robots",
	// clientset.CoreV1(), clientset.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: "replica-1"}).
	lock, err := resourcelock.NewFromKubeconfig(resourcelock.LeasesResourceLock, "default", "robots",
		resourcelock.ResourceLockConfig{Identity: "replica-1"}, server.Config(), 10*time.Second)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock:          lock,
		LeaseDuration: 15 * time.Second,
		RenewDeadline: 10 * time.Second,
		RetryPeriod:   2 * time.Second,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) {
				fmt.Println("leads")
				cancel() // where a controller would work until the context is done
			},
			OnStoppedLeading: func() { fmt.Println("does not lead any more") },
		},
		ReleaseOnCancel: true,
	})
	// Output:
	// leads
	// does not lead any more
}

func ExampleLead() {
	server, err := apitest.New(apitest.Options{Scheme: leaseScheme()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	lock, err := resourcelock.NewFromKubeconfig(resourcelock.LeasesResourceLock, "default", "robots",
		resourcelock.ResourceLockConfig{Identity: "replica-1"}, server.Config(), 10*time.Second)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = leaderelection.Lead(context.Background(), leaderelection.LeaderElectionConfig{Lock: lock}, func(context.Context) error {
		fmt.Println("leads")
		return nil // a controller would work until the context is done
	})
	fmt.Println("ended:", err)
	// Output:
	// leads
	// ended: <nil>
}

func leaseScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(coordinationv1.AddToScheme(scheme))
	return scheme
}
