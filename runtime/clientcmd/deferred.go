package clientcmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// DeferredLoadingClientConfig is a ClientConfig that loads the kubeconfig at the first call, so that flags may change loader
// and overrides until then. Without a kubeconfig it falls back to the service account of the pod. It is safe for concurrent
// use unless it prompts the user.
type DeferredLoadingClientConfig struct {
	loader         ClientConfigLoader
	overrides      *ConfigOverrides
	fallbackReader io.Reader
	pod            InClusterConfig

	mu     sync.Mutex
	loaded ClientConfig
}

var _ ClientConfig = &DeferredLoadingClientConfig{}

// NewNonInteractiveDeferredLoadingClientConfig returns a ClientConfig for the context that overrides name, or else the
// current one. It reads what loader loads, once.
func NewNonInteractiveDeferredLoadingClientConfig(loader ClientConfigLoader, overrides *ConfigOverrides) ClientConfig {
	return NewInteractiveDeferredLoadingClientConfig(loader, overrides, nil)
}

// NewInteractiveDeferredLoadingClientConfig is the same, but prompts on fallbackReader when the config has no credentials:
// see [PromptingAuthLoader].
func NewInteractiveDeferredLoadingClientConfig(loader ClientConfigLoader, overrides *ConfigOverrides, fallbackReader io.Reader) ClientConfig {
	return &DeferredLoadingClientConfig{
		loader: loader, overrides: overrides, fallbackReader: fallbackReader,
		pod: &podConfig{overrides: overrides},
	}
}

func (config *DeferredLoadingClientConfig) load() (ClientConfig, error) {
	config.mu.Lock()
	defer config.mu.Unlock()
	if config.loaded != nil {
		return config.loaded, nil
	}
	loaded, err := config.loader.Load()
	if err != nil {
		return nil, err
	}
	contextName := ""
	if config.overrides != nil {
		contextName = config.overrides.CurrentContext
	}
	config.loaded = NewInteractiveClientConfig(*loaded, contextName, config.overrides, config.fallbackReader, config.loader)
	return config.loaded, nil
}

// RawConfig returns what was loaded.
func (config *DeferredLoadingClientConfig) RawConfig() (api.Config, error) {
	loaded, err := config.load()
	if err != nil {
		return api.Config{}, err
	}
	return loaded.RawConfig()
}

// ConfigAccess returns the loader.
func (config *DeferredLoadingClientConfig) ConfigAccess() ConfigAccess { return config.loader }

// ClientConfig builds the client configuration of the chosen context. When there is no configuration, or only the loader's
// default, and the program runs in a pod, it is that of the pod's service account. Errors name the files.
func (config *DeferredLoadingClientConfig) ClientConfig() (*rest.Config, error) {
	loaded, err := config.load()
	if err != nil {
		return nil, err
	}
	built, err := loaded.ClientConfig()
	if err != nil && !IsEmptyConfig(err) {
		return nil, config.located(err)
	}
	if err == nil && !config.loader.IsDefaultConfig(built) {
		return built, nil
	}
	if config.pod.Possible() {
		return config.pod.ClientConfig()
	}
	return built, config.located(err)
}

// located adds the files to an error.
func (config *DeferredLoadingClientConfig) located(err error) error {
	files := strings.Join(config.loader.GetLoadingPrecedence(), ", ")
	if err == nil || files == "" {
		return err
	}
	return fmt.Errorf("kubeconfig %s: %w", files, err)
}

// Namespace returns the first of: the namespace of an override, of the chosen context, of the pod, "default".
func (config *DeferredLoadingClientConfig) Namespace() (string, bool, error) {
	loaded, err := config.load()
	if err != nil {
		return "", false, err
	}
	namespace, overridden, err := loaded.Namespace()
	if err != nil && !IsEmptyConfig(err) {
		return namespace, overridden, config.located(err)
	}
	if overridden || config.hasNamespace(loaded) || !config.pod.Possible() {
		return namespace, overridden, err
	}
	return config.pod.Namespace()
}

// hasNamespace reports whether the chosen context has a namespace.
func (config *DeferredLoadingClientConfig) hasNamespace(loaded ClientConfig) bool {
	raw, err := loaded.RawConfig()
	if err != nil {
		return false
	}
	name := raw.CurrentContext
	if config.overrides != nil && config.overrides.CurrentContext != "" {
		name = config.overrides.CurrentContext
	}
	context := raw.Contexts[name]
	return context != nil && context.Namespace != ""
}

// serviceAccount is where pods find the credentials of their service account.
const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

// podConfig is the ClientConfig of a pod. It applies the overrides of server, token and CA, and ignores the others.
type podConfig struct {
	overrides *ConfigOverrides
}

var _ InClusterConfig = &podConfig{}

func (*podConfig) RawConfig() (api.Config, error) {
	return api.Config{}, errors.New("a pod has no kubeconfig: its credentials are for one cluster")
}

func (config *podConfig) ClientConfig() (*rest.Config, error) {
	built, err := rest.InClusterConfig()
	if err != nil {
		return nil, err
	}
	if over := config.overrides; over != nil {
		applyOverrides(built, over)
	}
	return built, nil
}

func applyOverrides(built *rest.Config, over *ConfigOverrides) {
	if over.ClusterInfo.Server != "" {
		built.Host = over.ClusterInfo.Server
	}
	if over.AuthInfo.Token != "" || over.AuthInfo.TokenFile != "" {
		built.BearerToken, built.BearerTokenFile = over.AuthInfo.Token, over.AuthInfo.TokenFile
	}
	if over.ClusterInfo.CertificateAuthority != "" {
		built.CAFile = over.ClusterInfo.CertificateAuthority
	}
}

// Namespace is that of $POD_NAMESPACE, which the downward API may set, or else that of the service account.
func (*podConfig) Namespace() (string, bool, error) {
	if namespace := os.Getenv("POD_NAMESPACE"); namespace != "" {
		return namespace, false, nil
	}
	if data, err := os.ReadFile(filepath.Join(serviceAccount, "namespace")); err == nil {
		if namespace := strings.TrimSpace(string(data)); namespace != "" {
			return namespace, false, nil
		}
	}
	return "default", false, nil
}

func (*podConfig) ConfigAccess() ConfigAccess { return NewDefaultClientConfigLoadingRules() }

func (*podConfig) Possible() bool {
	info, err := os.Stat(filepath.Join(serviceAccount, "token"))
	return err == nil && !info.IsDir() &&
		os.Getenv("KUBERNETES_SERVICE_HOST") != "" && os.Getenv("KUBERNETES_SERVICE_PORT") != ""
}
