package rest

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/transport"
)

// AuthProvider authenticates requests. It is a former kind of plugin, which exec plugins replaced: none is part of this
// project, and a program that needs one registers it.
type AuthProvider interface {
	// WrapTransport adds credentials to what the returned round tripper sends.
	WrapTransport(rt http.RoundTripper) http.RoundTripper
	// Login gets the credentials, where that takes more than a request.
	Login() error
}

// Factory makes an AuthProvider for a cluster of a provider's configuration, which persister keeps.
type Factory func(clusterAddress string, config map[string]string, persister AuthProviderConfigPersister) (AuthProvider, error)

// AuthProviderConfigPersister keeps the configuration of an auth provider beyond the process.
type AuthProviderConfigPersister interface {
	// Persist writes the provider's configuration where it came from.
	Persist(config map[string]string) error
}

// notPersisted is the persister of configurations that name none.
type notPersisted struct{}

func (notPersisted) Persist(map[string]string) error { return nil }

// RegisterAuthProviderPlugin makes a provider known by name, for all clients of the process. A name that is taken is an
// error.
func RegisterAuthProviderPlugin(name string, plugin Factory) error {
	if _, taken := authProviders.LoadOrStore(name, plugin); taken {
		return fmt.Errorf("auth Provider Plugin %q was registered twice", name)
	}
	return nil
}

// GetAuthProvider returns the provider that apc names, for a cluster. One that nobody has registered is an error.
func GetAuthProvider(clusterAddress string, apc *api.AuthProviderConfig, persister AuthProviderConfigPersister) (AuthProvider, error) {
	registered, _ := authProviders.Load(apc.Name)
	factory, ok := registered.(Factory)
	if !ok {
		return nil, errors.New("auth provider " + apc.Name + " is not supported: use an exec plugin instead")
	}
	if persister == nil {
		persister = notPersisted{}
	}
	return factory(clusterAddress, apc.Config, persister)
}

// addAuthProvider has conf use the provider that the configuration names, if any.
func (c *Config) addAuthProvider(conf *transport.Config) error {
	if c.AuthProvider == nil {
		return nil
	}
	if c.ExecProvider != nil {
		return errors.New("execProvider and authProvider cannot be used in combination")
	}
	provider, err := GetAuthProvider(c.Host, c.AuthProvider, c.AuthConfigPersister)
	if err != nil {
		return err
	}
	conf.Wrap(provider.WrapTransport)
	return nil
}
