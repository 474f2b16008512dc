package clientcmd

import (
	"fmt"
	"io"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// ClientConfig makes client configurations of a kubeconfig.
type ClientConfig interface {
	// RawConfig returns the kubeconfig itself, without overrides.
	RawConfig() (api.Config, error)
	// ClientConfig returns the configuration for the chosen context.
	ClientConfig() (*rest.Config, error)
	// Namespace returns the namespace to work in, and whether an override decided it. Where nobody says anything it is
	// "default".
	Namespace() (string, bool, error)
	// ConfigAccess returns where the kubeconfig comes from.
	ConfigAccess() ConfigAccess
}

// OverridingClientConfig can also return the kubeconfig with overrides.
type OverridingClientConfig interface {
	ClientConfig
	// MergedRawConfig returns a copy of the kubeconfig in which the chosen context is current, and it, its cluster and
	// its user are as the overrides make them.
	MergedRawConfig() (api.Config, error)
}

// InClusterConfig is the ClientConfig of a pod.
type InClusterConfig interface {
	ClientConfig
	// Possible tells whether the program runs in a pod that may talk to its server.
	Possible() bool
}

// NewDefaultClientConfig returns a ClientConfig for the current context of config.
func NewDefaultClientConfig(config api.Config, overrides *ConfigOverrides) OverridingClientConfig {
	return NewNonInteractiveClientConfig(config, config.CurrentContext, overrides, NewDefaultClientConfigLoadingRules())
}

// NewNonInteractiveClientConfig returns a ClientConfig for the named context of config, the current one where no name is
// given. Overrides and configAccess may be nil.
func NewNonInteractiveClientConfig(config api.Config, contextName string, overrides *ConfigOverrides, configAccess ConfigAccess) OverridingClientConfig {
	return NewInteractiveClientConfig(config, contextName, overrides, nil, configAccess)
}

// NewInteractiveClientConfig is NewNonInteractiveClientConfig, but where the config does not say who the user is, it asks:
// see [PromptingAuthLoader].
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

// RESTConfigFromKubeConfig makes a client configuration of the current context of a kubeconfig file's content.
func RESTConfigFromKubeConfig(configBytes []byte) (*rest.Config, error) {
	config, err := NewClientConfigFromBytes(configBytes)
	if err != nil {
		return nil, err
	}
	return config.ClientConfig()
}

// BuildConfigFromFlags makes a client configuration of the flags that many programs have: the URL of a server, which
// wins over that of the file, and the path of a kubeconfig file. With neither it is that of a pod.
func BuildConfigFromFlags(masterUrl, kubeconfigPath string) (*rest.Config, error) {
	if masterUrl == "" && kubeconfigPath == "" {
		config, err := rest.InClusterConfig()
		if err != nil {
			return nil, fmt.Errorf("neither a kubeconfig nor a server was given, and this is no pod (%w): %w",
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
