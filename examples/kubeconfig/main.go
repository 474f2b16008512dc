// Kubeconfig lists, chooses and removes the contexts of kubeconfig files:
//
//	go run ./examples/kubeconfig [-kubeconfig FILE] list
//	go run ./examples/kubeconfig [-kubeconfig FILE] use CONTEXT [NAMESPACE]
//	go run ./examples/kubeconfig [-kubeconfig FILE] remove CONTEXT
//
// Without -kubeconfig the files are those of $KUBECONFIG, or ~/.kube/config, as for kubectl. A change goes to the file that the
// context came from, which is locked and replaced as a whole; what other programs change meanwhile stays.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/clientcmd/api"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(args []string, out io.Writer) error {
	files := clientcmd.NewDefaultPathOptions()
	flags := flag.NewFlagSet("kubeconfig", flag.ContinueOnError)
	flags.StringVar(&files.LoadingRules.ExplicitPath, "kubeconfig", "", "the kubeconfig `FILE`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	config, err := files.GetStartingConfig() // of all files together
	if err != nil {
		return err
	}
	if flags.Arg(0) == "list" {
		return list(config, out)
	}
	if _, ok := config.Contexts[flags.Arg(1)]; !ok {
		names := slices.Sorted(maps.Keys(config.Contexts))
		return fmt.Errorf("there is no context %q; there are: %s", flags.Arg(1), strings.Join(names, ", "))
	}
	switch flags.Arg(0) {
	case "use":
		config.CurrentContext = flags.Arg(1)
		if flags.NArg() > 2 {
			config.Contexts[flags.Arg(1)].Namespace = flags.Arg(2)
		}
	case "remove":
		remove(config, flags.Arg(1))
	default:
		return errors.New("say list, use CONTEXT [NAMESPACE], or remove CONTEXT")
	}
	// It writes what differs from what GetStartingConfig returned, so change that very config, not a copy of it.
	return clientcmd.ModifyConfig(files, *config, true)
}

// list prints each context with its server, the current one with a star.
func list(config *api.Config, out io.Writer) error {
	for _, name := range slices.Sorted(maps.Keys(config.Contexts)) {
		client := clientcmd.NewNonInteractiveClientConfig(*config, name, &clientcmd.ConfigOverrides{}, nil)
		connection, err := client.ClientConfig() // what a program would connect with
		if err != nil {
			return err
		}
		namespace, _, err := client.Namespace()
		if err != nil {
			return err
		}
		mark := map[bool]string{true: "*"}[name == config.CurrentContext]
		fmt.Fprintf(out, "%-1s %s  %s  %s\n", mark, name, connection.Host, namespace)
	}
	return nil
}

// remove takes away a context, and its user and its cluster unless another context has them.
func remove(config *api.Config, name string) {
	gone := config.Contexts[name]
	delete(config.Contexts, name)
	others := slices.Collect(maps.Values(config.Contexts))
	if !slices.ContainsFunc(others, func(c *api.Context) bool { return c.AuthInfo == gone.AuthInfo }) {
		delete(config.AuthInfos, gone.AuthInfo)
	}
	if !slices.ContainsFunc(others, func(c *api.Context) bool { return c.Cluster == gone.Cluster }) {
		delete(config.Clusters, gone.Cluster)
	}
	if config.CurrentContext == name {
		config.CurrentContext = ""
	}
}
