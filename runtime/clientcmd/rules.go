package clientcmd

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// ClientConfigLoadingRules say which kubeconfig files are read.
type ClientConfigLoadingRules struct {
	// ExplicitPath is the one file to read; it must exist. Where it is set, nothing else counts.
	ExplicitPath string
	// Precedence are the files to merge, the first to say something being right. Missing ones are left out.
	Precedence []string
	// DoNotResolvePaths leaves relative paths as they are.
	DoNotResolvePaths bool
}

// NewDefaultClientConfigLoadingRules reads the files of $KUBECONFIG, or else $HOME/.kube/config.
func NewDefaultClientConfigLoadingRules() *ClientConfigLoadingRules {
	rules := &ClientConfigLoadingRules{}
	if list := os.Getenv(RecommendedConfigPathEnvVar); list != "" {
		for _, path := range filepath.SplitList(list) {
			if path != "" && !slices.Contains(rules.Precedence, path) {
				rules.Precedence = append(rules.Precedence, path)
			}
		}
		return rules
	}
	if home, err := os.UserHomeDir(); err == nil {
		rules.Precedence = []string{filepath.Join(home, RecommendedHomeDir, RecommendedFileName)}
	}
	return rules
}

// Load reads and merges the files. What can be read is returned even where something cannot; the errors come together,
// each naming its file.
func (rules *ClientConfigLoadingRules) Load() (*api.Config, error) {
	if rules.ExplicitPath == "" {
		return loadFiles(rules.Precedence)
	}
	if _, err := os.Stat(rules.ExplicitPath); err != nil {
		return nil, err // names the file
	}
	return loadFiles([]string{rules.ExplicitPath})
}

// BuildConfigFromFlags makes a client configuration of the flags that many programs have: the URL of a server, which
// wins over that of the file, and the path of a kubeconfig file. With neither it is that of a pod.
func BuildConfigFromFlags(masterURL, kubeconfigPath string) (*rest.Config, error) {
	if masterURL == "" && kubeconfigPath == "" {
		config, err := rest.InClusterConfig()
		if err == nil {
			return config, nil
		}
		return nil, fmt.Errorf("neither a kubeconfig nor a server was given, and this is no pod: %w", err)
	}
	config := api.NewConfig()
	if kubeconfigPath != "" {
		var err error
		if config, err = (&ClientConfigLoadingRules{ExplicitPath: kubeconfigPath}).Load(); err != nil {
			return nil, err
		}
	}
	built, err := clientConfig(config, masterURL)
	if err != nil && kubeconfigPath != "" {
		return nil, fmt.Errorf("kubeconfig %s: %w", kubeconfigPath, err)
	}
	return built, err
}

// RESTConfigFromKubeConfig makes a client configuration of the current context of a kubeconfig file's content.
func RESTConfigFromKubeConfig(configBytes []byte) (*rest.Config, error) {
	config, err := Load(configBytes)
	if err != nil {
		return nil, err
	}
	return clientConfig(config, "")
}
