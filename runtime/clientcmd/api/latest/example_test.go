package latest_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/clientcmd/api/latest"
)

// Decode reads the text of a kubeconfig, and Encode writes it.
func Example() {
	config, err := latest.Decode([]byte("current-context: work\ncontexts: [{name: work, context: {cluster: east, user: ada}}]\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	config.Contexts["work"].Namespace = "fleet"
	text, err := latest.Encode(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := latest.Decode(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(again.CurrentContext, again.Contexts["work"].Namespace)
	// Output: work fleet
}
