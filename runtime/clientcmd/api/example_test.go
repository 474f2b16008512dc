package api_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// A program makes a kubeconfig and reduces it to what its current context needs, without secrets.
func ExampleMinifyConfig() {
	config := api.NewConfig()
	config.Clusters["east"] = &api.Cluster{Server: "https://east.example"}
	config.Clusters["west"] = &api.Cluster{Server: "https://west.example"}
	config.AuthInfos["ada"] = &api.AuthInfo{Token: "secret"}
	config.Contexts["work"] = &api.Context{Cluster: "east", AuthInfo: "ada", Namespace: "fleet"}
	config.CurrentContext = "work"
	if err := api.MinifyConfig(config); err != nil {
		fmt.Println(err)
		return
	}
	if err := api.RedactSecrets(config); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(config.Clusters), config.Clusters["east"].Server, config.AuthInfos["ada"].Token)
	// Output: 1 https://east.example REDACTED
}
