package homedir_test

import (
	"fmt"
	"path/filepath"

	"github.com/typewright/typewright/runtime/homedir"
)

// The place of a kubeconfig that nothing names.
func ExampleHomeDir() {
	path := filepath.Join(homedir.HomeDir(), ".kube", "config")
	fmt.Println(filepath.Base(path))
	// Output: config
}
