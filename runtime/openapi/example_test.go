package openapi_test

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/openapi"
)

// Which groups does a server describe? One document each is fetched when it is asked for.
func ExampleNewClient() {
	robots := schema.GroupVersionKind{Group: "fleet.example.com", Version: "v1", Kind: "Robot"}
	server, err := apitest.New(apitest.Options{Resources: []apitest.Resource{{GroupVersionKind: robots}}, InMemory: true})
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
	paths, err := openapi.NewClient(client.RESTClient()).Paths()
	if err != nil {
		fmt.Println(err)
		return
	}
	document, err := paths["apis/fleet.example.com/v1"].Schema("application/json")
	fmt.Println(len(document) > 0, err)
	// Output: true <nil>
}
