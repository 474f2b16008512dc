package disk_test

import (
	"fmt"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/discovery/cached/disk"
)

// Programs that run for a moment, as kubectl does, share what was discovered by files.
func ExampleNewCachedDiscoveryClientForConfig() {
	folder, err := os.MkdirTemp("", "discovery")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()
	kind := schema.GroupVersionKind{Group: "fleet.example.com", Version: "v1", Kind: "Robot"}
	server, err := apitest.New(apitest.Options{Resources: []apitest.Resource{{GroupVersionKind: kind}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 { // the second client reads the files of the first
		client, err := disk.NewCachedDiscoveryClientForConfig(server.Config(), folder, "", time.Hour)
		if err != nil {
			fmt.Println(err)
			return
		}
		list, err := client.ServerResourcesForGroupVersion("fleet.example.com/v1")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(list.APIResources[0].Name)
		server.Close()
	}
	// Output:
	// robots
	// robots
}
