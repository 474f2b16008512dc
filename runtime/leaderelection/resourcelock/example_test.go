package resourcelock_test

import (
	"context"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
)

// The record of an election is stored in a Lease, which package leaderelection writes. This reads which candidate leads.
func ExampleNewFromKubeconfig() {
	scheme := runtime.NewScheme()
	if err := coordinationv1.AddToScheme(scheme); err != nil {
		fmt.Println(err)
		return
	}
	holder := "replica-2"
	server, err := apitest.New(apitest.Options{Scheme: scheme, Objects: []runtime.Object{&coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "robots"}, Spec: coordinationv1.LeaseSpec{HolderIdentity: &holder},
	}}})
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
	record, _, err := lock.Get(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(lock.Describe(), "is led by", record.HolderIdentity)
	// Output: default/robots is led by replica-2
}
