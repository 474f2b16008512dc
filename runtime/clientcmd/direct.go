package clientcmd

import (
	"io"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/clientcmd/auth"
	"github.com/typewright/typewright/runtime/rest"
)

// DirectClientConfig is a ClientConfig of a kubeconfig in memory. It is not safe for concurrent use where it asks the user.
type DirectClientConfig struct {
	config         api.Config
	contextName    string
	overrides      *ConfigOverrides
	fallbackReader io.Reader
	configAccess   ConfigAccess
	answers        *auth.Info // what the user said when asked
}

var _ OverridingClientConfig = &DirectClientConfig{}

// RawConfig returns the kubeconfig that it was made of, not a copy.
func (config *DirectClientConfig) RawConfig() (api.Config, error) { return config.config, nil }

// ConfigAccess returns what it was made with; it may be nil.
func (config *DirectClientConfig) ConfigAccess() ConfigAccess { return config.configAccess }

// MergedRawConfig returns a copy of the kubeconfig with the overrides in it.
func (config *DirectClientConfig) MergedRawConfig() (api.Config, error) {
	if err := config.ConfirmUsable(); err != nil {
		return api.Config{}, err
	}
	chosen, err := config.choose()
	if err != nil {
		return api.Config{}, err
	}
	merged := config.config.DeepCopy()
	merged.CurrentContext = chosen.contextName
	put(&merged.Contexts, chosen.contextName, &chosen.context)
	put(&merged.Clusters, chosen.context.Cluster, &chosen.cluster)
	put(&merged.AuthInfos, chosen.context.AuthInfo, &chosen.user)
	return *merged, nil
}

func put[T any](entries *map[string]*T, name string, entry *T) {
	if *entries == nil {
		*entries = map[string]*T{}
	}
	(*entries)[name] = entry
}

// ClientConfig makes a client configuration of the chosen context. Credentials are in it where the connection is TLS, and
// nowhere else.
func (config *DirectClientConfig) ClientConfig() (*rest.Config, error) {
	chosen, err := config.choose()
	if err != nil {
		return nil, err
	}
	if err := config.confirm(chosen); err != nil {
		return nil, err
	}
	built, err := restConfig(&chosen.cluster)
	if err != nil {
		return nil, err
	}
	if config.overrides != nil && config.overrides.Timeout != "" {
		if built.Timeout, err = ParseTimeout(config.overrides.Timeout); err != nil {
			return nil, err
		}
	}
	if chosen.user.Impersonate != "" {
		built.Impersonate = rest.ImpersonationConfig{
			UserName: chosen.user.Impersonate, UID: chosen.user.ImpersonateUID,
			Groups: chosen.user.ImpersonateGroups, Extra: chosen.user.ImpersonateUserExtra,
		}
	}
	if !rest.IsConfigTransportTLS(*built) {
		return built, nil
	}
	setServerIdentity(built, &chosen.cluster)
	if err := checkPEM(chosen); err != nil {
		return nil, err
	}
	return built, config.setUser(built, chosen)
}

// Namespace returns the namespace of the overrides, whatever the kubeconfig is like, or that of the chosen context.
func (config *DirectClientConfig) Namespace() (string, bool, error) {
	if config.overrides != nil && config.overrides.Context.Namespace != "" {
		return config.overrides.Context.Namespace, true, nil
	}
	if err := config.ConfirmUsable(); err != nil {
		return "", false, err
	}
	chosen, err := config.choose()
	if err != nil {
		return "", false, err
	}
	if chosen.context.Namespace == "" {
		return "default", false, nil
	}
	return chosen.context.Namespace, false, nil
}

// ConfirmUsable reports all that is wrong with the chosen context, its cluster and its user; other contexts may be as
// broken as they like. Where nothing is known of the cluster and nothing else is wrong, [IsEmptyConfig] holds.
func (config *DirectClientConfig) ConfirmUsable() error {
	chosen, err := config.choose()
	if IsContextNotFound(err) {
		return err
	}
	if err != nil {
		return invalid([]error{err})
	}
	return config.confirm(chosen)
}

func (config *DirectClientConfig) confirm(chosen *choice) error {
	if chosen.contextName != "" && config.config.Contexts[chosen.contextName] == nil {
		return &errContextNotFound{name: chosen.contextName}
	}
	errs := config.missing(chosen)
	errs = append(errs, validateUser(chosen.context.AuthInfo, &chosen.user)...)
	errs = append(errs, validateCluster(chosen.context.Cluster, &chosen.cluster)...)
	if len(errs) == 1 && errs[0] == ErrEmptyCluster { //nolint:errorlint // by itself, not within another
		errs[0] = ErrEmptyConfig
	}
	return invalid(errs)
}
