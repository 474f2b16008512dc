package openapitest_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/openapi/openapitest"
)

// Documents of some groups of Kubernetes, without a server.
func ExampleNewEmbeddedFileClient() {
	paths, err := openapitest.NewEmbeddedFileClient().Paths()
	if err != nil {
		fmt.Println(err)
		return
	}
	document, err := paths["apis/apps/v1"].Schema("application/json")
	fmt.Println(len(document) > 0, err)
	// Output: true <nil>
}
