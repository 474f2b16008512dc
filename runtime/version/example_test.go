package version_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/version"
)

// The version of a program is that of its main module, if the go command knows it, and part of the user agent.
func Example() {
	fmt.Println(version.Get().GoVersion != "", rest.DefaultKubernetesUserAgent() != "")
	// Output: true true
}
