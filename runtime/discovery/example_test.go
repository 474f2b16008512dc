package discovery_test

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/discovery"
)

// What does a server serve in a group?
func ExampleNewDiscoveryClientForConfig() {
	kind := schema.GroupVersionKind{Group: "fleet.example.com", Version: "v1", Kind: "Robot"}
	server, err := apitest.New(apitest.Options{Resources: []apitest.Resource{{GroupVersionKind: kind, Status: true}}, InMemory: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := discovery.NewDiscoveryClientForConfig(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	list, err := client.ServerResourcesForGroupVersion("fleet.example.com/v1")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, resource := range list.APIResources {
		fmt.Println(resource.Name, resource.Kind, resource.Namespaced)
	}
	// Output:
	// robots Robot true
	// robots/status Robot true
}
