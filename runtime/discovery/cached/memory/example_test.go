package memory_test

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/memory"
)

// What was discovered is kept until Invalidate.
func ExampleNewMemCacheClient() {
	kind := schema.GroupVersionKind{Group: "fleet.example.com", Version: "v1", Kind: "Robot"}
	server, err := apitest.New(apitest.Options{Resources: []apitest.Resource{{GroupVersionKind: kind}}, InMemory: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := discovery.NewDiscoveryClientForConfig(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	cached := memory.NewMemCacheClient(client)
	names := func() {
		list, err := cached.ServerResourcesForGroupVersion("fleet.example.com/v1")
		if err != nil {
			fmt.Println("no answer")
			return
		}
		fmt.Println(list.APIResources[0].Name, cached.Fresh())
	}
	names()
	server.Close()
	names() // from the cache
	cached.Invalidate()
	names()
	// Output:
	// robots true
	// robots true
	// no answer
}
