package clientcmd

import (
	"fmt"
	"io"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// ClientConfig builds client configurations from a kubeconfig.
type ClientConfig interface {
	// RawConfig returns the kubeconfig itself, without overrides.
	RawConfig() (api.Config, error)
	// ClientConfig returns the configuration for the chosen context.
	ClientConfig() (*rest.Config, error)
	// Namespace returns the namespace to work in, "default" if nothing sets it, and whether an override set it.
	Namespace() (string, bool, error)
	// ConfigAccess returns where the kubeconfig comes from.
	ConfigAccess() ConfigAccess
}

// OverridingClientConfig can also return the kubeconfig with overrides.
type OverridingClientConfig interface {
	ClientConfig
	// MergedRawConfig returns a copy of the kubeconfig in which the chosen context is the current one, with the overrides
	// applied to it, its cluster and its user.
	MergedRawConfig() (api.Config, error)
}

// InClusterConfig is the ClientConfig of a pod.
type InClusterConfig interface {
	ClientConfig
	// Possible reports whether the program runs in a pod with a service account.
	Possible() bool
}

// NewDefaultClientConfig returns a ClientConfig for the current context of config.
func NewDefaultClientConfig(config api.Config, overrides *ConfigOverrides) OverridingClientConfig {
	return NewNonInteractiveClientConfig(config, config.CurrentContext, overrides, NewDefaultClientConfigLoadingRules())
}

// NewNonInteractiveClientConfig returns a ClientConfig for the named context of config, the current one if the name
// is empty. Overrides and configAccess may be nil.
func NewNonInteractiveClientConfig(config api.Config, contextName string, overrides *ConfigOverrides, configAccess ConfigAccess) OverridingClientConfig {
	return NewInteractiveClientConfig(config, contextName, overrides, nil, configAccess)
}

// NewInteractiveClientConfig is NewNonInteractiveClientConfig, but prompts on fallbackReader when the config has no
// credentials: see [PromptingAuthLoader].
func NewInteractiveClientConfig(config api.Config, contextName string, overrides *ConfigOverrides, fallbackReader io.Reader, configAccess ConfigAccess) OverridingClientConfig {
	return &DirectClientConfig{
		config:         config,
		contextName:    contextName,
		overrides:      overrides,
		fallbackReader: fallbackReader,
		configAccess:   configAccess,
	}
}

// NewClientConfigFromBytes returns a ClientConfig for the current context of a kubeconfig file's content.
func NewClientConfigFromBytes(configBytes []byte) (OverridingClientConfig, error) {
	config, err := Load(configBytes)
	if err != nil {
		return nil, err
	}
	return NewNonInteractiveClientConfig(*config, "", &ConfigOverrides{}, nil), nil
}

// RESTConfigFromKubeConfig builds the client configuration of the current context of a kubeconfig file's content.
func RESTConfigFromKubeConfig(configBytes []byte) (*rest.Config, error) {
	config, err := NewClientConfigFromBytes(configBytes)
	if err != nil {
		return nil, err
	}
	return config.ClientConfig()
}

// BuildConfigFromFlags builds a client configuration from two common flags: the URL of a server, which takes precedence over
// that of the file, and the path of a kubeconfig file. If both are empty, it is that of the pod.
func BuildConfigFromFlags(masterUrl, kubeconfigPath string) (*rest.Config, error) {
	if masterUrl == "" && kubeconfigPath == "" {
		config, err := rest.InClusterConfig()
		if err != nil {
			return nil, fmt.Errorf("neither a kubeconfig nor a server was given, and this is not a pod (%w): %w",
				err, invalid([]error{ErrEmptyConfig}))
		}
		return config, nil
	}
	return NewNonInteractiveDeferredLoadingClientConfig(
		&ClientConfigLoadingRules{ExplicitPath: kubeconfigPath},
		&ConfigOverrides{ClusterInfo: api.Cluster{Server: masterUrl}},
	).ClientConfig()
}

// BuildConfigFromKubeconfigGetter is BuildConfigFromFlags for a kubeconfig that does not come from a file.
func BuildConfigFromKubeconfigGetter(masterUrl string, kubeconfigGetter KubeconfigGetter) (*rest.Config, error) {
	return NewNonInteractiveDeferredLoadingClientConfig(
		&ClientConfigGetter{kubeconfigGetter},
		&ConfigOverrides{ClusterInfo: api.Cluster{Server: masterUrl}},
	).ClientConfig()
}
