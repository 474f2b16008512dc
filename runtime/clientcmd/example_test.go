package clientcmd_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/clientcmd/api"
)

const kubeconfig = `
current-context: dev
clusters:
- {name: dev, cluster: {server: "https://dev.example:6443"}}
- {name: prod, cluster: {server: "https://prod.example:6443"}}
users:
- {name: me, user: {token: secret}}
contexts:
- {name: dev, context: {cluster: dev, user: me, namespace: team}}
- {name: prod, context: {cluster: prod, user: me}}
`

// inFile writes the kubeconfig to a temporary file.
func inFile() (file string, remove func()) {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	file = filepath.Join(dir, "config")
	if err := os.WriteFile(file, []byte(kubeconfig), 0o600); err != nil {
		panic(err)
	}
	return file, func() { os.RemoveAll(dir) }
}

func ExampleBuildConfigFromFlags() {
	file, remove := inFile()
	defer remove()
	config, err := clientcmd.BuildConfigFromFlags("", file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(config.Host)
	// Output: https://dev.example:6443
}

func ExampleRESTConfigFromKubeConfig() {
	_, err := clientcmd.RESTConfigFromKubeConfig([]byte("clusters: [{name: dev, cluster: {server: 6443}}]"))
	fmt.Println(err)
	// Output: clusters[0].cluster.server: found a number, want a string: quote it (in the entry named "dev")
}

// The flags of kubectl override what the files say.
func ExampleBindOverrideFlags() {
	file, remove := inFile()
	defer remove()
	rules, overrides := &clientcmd.ClientConfigLoadingRules{}, &clientcmd.ConfigOverrides{}
	flags := pflag.NewFlagSet("program", pflag.ContinueOnError)
	flags.StringVar(&rules.ExplicitPath, clientcmd.RecommendedConfigPathFlag, "", "kubeconfig file")
	clientcmd.BindOverrideFlags(overrides, flags, clientcmd.RecommendedConfigOverrideFlags(""))
	if err := flags.Parse([]string{"--kubeconfig", file, "--context", "prod", "-n", "ns/web"}); err != nil {
		fmt.Println(err)
		return
	}
	client := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
	config, err := client.ClientConfig()
	if err != nil {
		fmt.Println(err)
		return
	}
	namespace, overridden, _ := client.Namespace()
	fmt.Println(config.Host, namespace, overridden)
	// Output: https://prod.example:6443 web true
}

func ExampleModifyConfig() {
	file, remove := inFile()
	defer remove()
	access := &clientcmd.ClientConfigLoadingRules{ExplicitPath: file}
	config, err := access.GetStartingConfig()
	if err != nil {
		fmt.Println(err)
		return
	}
	config.CurrentContext = "test"
	config.Contexts["test"] = &api.Context{Cluster: "dev", AuthInfo: "me", Namespace: "test"}
	if err := clientcmd.ModifyConfig(access, *config, true); err != nil {
		fmt.Println(err)
		return
	}
	again, err := clientcmd.LoadFromFile(file)
	fmt.Println(again.CurrentContext, len(again.Contexts), err)
	// Output: test 3 <nil>
}

func ExampleNewReloadingConfig() {
	file, remove := inFile()
	defer remove()
	config, err := clientcmd.NewReloadingConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: file},
		nil,
		clientcmd.ReloadOptions{OnReload: func(err error) { fmt.Println("kubeconfig changed:", err) }},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(config.Host) // clients made of config follow the file
	// Output: https://dev.example:6443
}
