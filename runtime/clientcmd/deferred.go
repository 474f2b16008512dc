package clientcmd

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// DeferredLoadingClientConfig is a ClientConfig that loads when it is first asked for something, so that flags may change
// loader and overrides until then. Outside of any kubeconfig it falls back to the credentials of a pod. It is safe for
// concurrent use, but where it asks the user.
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

// NewInteractiveDeferredLoadingClientConfig is the same, but where the config does not say who the user is, it asks: see
// [PromptingAuthLoader].
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

// ClientConfig makes a client configuration of the chosen context. Where there is no configuration, or none but the
// loader's default, it is that of the pod, if the program runs in one. Errors name the files.
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

// located says which files an error is about.
func (config *DeferredLoadingClientConfig) located(err error) error {
	files := strings.Join(config.loader.GetLoadingPrecedence(), ", ")
	if err == nil || files == "" {
		return err
	}
	return fmt.Errorf("kubeconfig %s: %w", files, err)
}

// Namespace returns the namespace to work in: that of an override; or the chosen context's; or, in a pod, the pod's; or
// "default".
func (config *DeferredLoadingClientConfig) Namespace() (string, bool, error) {
	loaded, err := config.load()
	if err != nil {
		return "", false, err
	}
	namespace, overridden, err := loaded.Namespace()
	if err != nil && !IsEmptyConfig(err) {
		return namespace, overridden, config.located(err)
	}
	if overridden || config.named(loaded) || !config.pod.Possible() {
		return namespace, overridden, err
	}
	return config.pod.Namespace()
}

// named tells whether the chosen context names a namespace.
func (config *DeferredLoadingClientConfig) named(loaded ClientConfig) bool {
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
