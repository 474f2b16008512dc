package auth_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/typewright/typewright/runtime/auth"
)

// The settings of programs that are no users of a kubeconfig: a file of JSON.
func ExampleLoadFromFile() {
	dir, err := os.MkdirTemp("", "auth")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "auth.json")
	if err := os.WriteFile(path, []byte(`{"User": "ada", "CAFile": "ca.crt"}`), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	info, err := auth.LoadFromFile(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.User, info.CAFile, info.Complete())
	// Output: ada ca.crt true
}
