package fake_test

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/discovery/fake"
	clienttesting "github.com/typewright/typewright/runtime/testing"
)

// A discovery client that returns what the test has set.
func ExampleFakeDiscovery() {
	client := &fake.FakeDiscovery{Fake: &clienttesting.Fake{}}
	client.Resources = []*metav1.APIResourceList{{
		GroupVersion: "fleet.example.com/v1", APIResources: []metav1.APIResource{{Name: "robots", Kind: "Robot"}},
	}}
	list, err := client.ServerResourcesForGroupVersion("fleet.example.com/v1")
	fmt.Println(list.APIResources[0].Name, err)
	// Output: robots <nil>
}
