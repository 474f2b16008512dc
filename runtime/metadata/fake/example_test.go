package fake_test

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/metadata/fake"
)

// A metadata client that stores what it is given.
func ExampleNewSimpleMetadataClient() {
	robots := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	scheme := fake.NewTestScheme()
	if err := metav1.AddMetaToScheme(scheme); err != nil {
		fmt.Println(err)
		return
	}
	client := fake.NewSimpleMetadataClient(scheme, &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "fleet.example.com/v1", Kind: "Robot"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "ada"},
	})
	robot, err := client.Resource(robots).Namespace("default").Get(context.Background(), "ada", metav1.GetOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(robot.Name)
	// Output: ada
}
