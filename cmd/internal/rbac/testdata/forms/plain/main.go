// Command plain calls methods of clients directly.
package main

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	apply "github.com/typewright/typewright/generated/applyconfiguration/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	fleet "github.com/typewright/typewright/generated/clientset/versioned/typed/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/rest"
)

func main() {
	ctx := context.Background()
	client := versioned.NewForConfigOrDie(&rest.Config{})
	robots := client.FleetV1beta1().Robots("")
	_, _ = robots.Create(ctx, &v1beta1.Robot{}, metav1.CreateOptions{})                              // needs create robots
	_, _ = robots.Update(ctx, &v1beta1.Robot{}, metav1.UpdateOptions{})                              // needs update robots
	_, _ = robots.UpdateStatus(ctx, &v1beta1.Robot{}, metav1.UpdateOptions{})                        // needs update robots/status
	_ = robots.Delete(ctx, "a", metav1.DeleteOptions{})                                              // needs delete robots
	_ = robots.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{})                   // needs deletecollection robots
	_, _ = robots.Get(ctx, "a", metav1.GetOptions{})                                                 // needs get robots
	_, _ = robots.List(ctx, metav1.ListOptions{})                                                    // needs list robots
	_, _ = robots.Watch(ctx, metav1.ListOptions{})                                                   // needs watch robots
	_, _ = robots.Patch(ctx, "a", types.MergePatchType, nil, metav1.PatchOptions{})                  // needs patch robots
	_, _ = robots.Patch(ctx, "a", types.MergePatchType, nil, metav1.PatchOptions{}, "status")        // needs patch robots/status
	_, _ = robots.Apply(ctx, apply.Robot("a", "b"), metav1.ApplyOptions{})                           // needs create, patch robots
	_, _ = robots.ApplyStatus(ctx, apply.Robot("a", "b"), metav1.ApplyOptions{})                     // needs patch robots/status
	_, _ = fleet.New(client.FleetV1alpha1().RESTClient()).Sites().Get(ctx, "a", metav1.GetOptions{}) // needs get sites
	go func() { _, _ = client.FleetV1beta1().Sites().List(ctx, metav1.ListOptions{}) }()             // needs list sites
	defer client.FleetV1beta1().Sites().Delete(ctx, "a", metav1.DeleteOptions{})                     // needs delete sites
}
