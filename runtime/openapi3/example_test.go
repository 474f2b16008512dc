package openapi3_test

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/openapi3"
)

func Example() {
	robots := schema.GroupVersion{Group: "fleet.example.com", Version: "v1"}
	server, err := apitest.New(apitest.Options{Resources: []apitest.Resource{{GroupVersionKind: robots.WithKind("Robot")}}, InMemory: true})
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
	document, err := openapi3.NewRoot(client.OpenAPIV3()).GVSpec(robots)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, found := document.Components.Schemas["com.example.fleet.v1.Robot"]
	fmt.Println(found)
	// Output: true
}
