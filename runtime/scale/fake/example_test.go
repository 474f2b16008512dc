package fake_test

import (
	"context"
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/scale/fake"
	clienttesting "github.com/typewright/typewright/runtime/testing"
)

// A reactor answers in place of a server. The client keeps what it was asked, for the assertions of a test.
func ExampleFakeScaleClient() {
	client := &fake.FakeScaleClient{}
	client.AddReactor("get", "deployments", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, &autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: 3}}, nil
	})
	deployments := schema.GroupResource{Group: "apps", Resource: "deployments"}
	scale, err := client.Scales("default").Get(context.Background(), deployments, "web", metav1.GetOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	asked := client.Actions()[0]
	fmt.Println(scale.Spec.Replicas, asked.GetVerb(), asked.GetResource().Resource+"/"+asked.GetSubresource())
	// Output: 3 get deployments/scale
}
