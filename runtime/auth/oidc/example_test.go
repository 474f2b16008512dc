package oidc_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/rest"

	_ "github.com/typewright/typewright/runtime/auth/oidc"
)

// The import alone lets clients use kubeconfigs with an auth provider called oidc.
func Example() {
	config, err := clientcmd.RESTConfigFromKubeConfig([]byte(`
current-context: work
contexts: [{name: work, context: {cluster: east, user: ada}}]
clusters: [{name: east, cluster: {server: "https://east.example"}}]
users: [{name: ada, user: {auth-provider: {name: oidc, config: {client-id: fleet, idp-issuer-url: "https://issuer.example"}}}}]
`))
	if err == nil {
		_, err = rest.HTTPClientFor(config)
	}
	fmt.Println(err)
	// Output: <nil>
}
