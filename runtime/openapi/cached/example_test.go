package cached_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/openapi/cached"
	"github.com/typewright/typewright/runtime/openapi/openapitest"
)

// A client that asks the server for each document once.
func ExampleNewClient() {
	client := cached.NewClient(openapitest.NewEmbeddedFileClient())
	paths, err := client.Paths()
	if err != nil {
		fmt.Println(err)
		return
	}
	first, err := paths["apis/batch/v1"].Schema("application/json")
	if err != nil {
		fmt.Println(err)
		return
	}
	second, err := paths["apis/batch/v1"].Schema("application/json")
	fmt.Println(&first[0] == &second[0], err)
	// Output: true <nil>
}
