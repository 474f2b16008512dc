// Command untyped has clients of any resource, and requests that are built by hand.
package main

import (
	"context"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/rest"
)

var deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}

type program struct{ robots, any dynamic.ResourceInterface }

func (p program) run(ctx context.Context) {
	_, _ = p.robots.Get(ctx, "a", metav1.GetOptions{}) // needs get robots in namespace north
	_ = p.any.Delete(ctx, "a", metav1.DeleteOptions{}) // open: dynamic client: Delete of a resource that is no constant
}

func main() {
	ctx := context.Background()
	config := &rest.Config{}
	client := dynamic.NewForConfigOrDie(config)
	other := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: os.Args[1]}
	program{client.Resource(v1beta1.SchemeGroupVersion.WithResource("robots")).Namespace("north"), client.Resource(other)}.run(ctx)
	_, _ = client.Resource(deployments).Namespace(os.Args[1]).List(ctx, metav1.ListOptions{})                                                       // needs list deployments
	_, _ = client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "nodes"}).Patch(ctx, "a", "", nil, metav1.PatchOptions{}, "status") // needs patch nodes/status
	_ = metadata.NewForConfigOrDie(config).Resource(deployments).Delete(ctx, "a", metav1.DeleteOptions{})                                           // needs delete deployments
	_ = dynamicinformer.NewDynamicSharedInformerFactory(client, 0).ForResource(deployments)                                                         // needs list, watch deployments
	_ = dynamicinformer.NewDynamicSharedInformerFactory(client, 0).ForResource(other)                                                               // open: ForResource of a resource that is no constant

	raw := versioned.NewForConfigOrDie(config).FleetV1beta1().RESTClient()
	_ = raw.Get().Resource("robots").Do(ctx)                                                   // needs list robots
	_ = raw.Put().Namespace("north").Resource("robots").Name("a").SubResource("scale").Do(ctx) // needs update robots/scale in namespace north
	_ = raw.Verb("DELETE").Resource("sites").Name("a").Do(ctx)                                 // needs delete sites
	_ = raw.Get().AbsPath("/metrics").Do(ctx)                                                  // open: request built by hand: Get
	send(ctx, raw.Post())                                                                      // open: request built by hand: Post
}

func send(ctx context.Context, request *rest.Request) { _ = request.Resource(os.Args[1]).Do(ctx) }
