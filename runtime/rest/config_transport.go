package rest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"

	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/internal/credfile"
	"github.com/typewright/typewright/runtime/internal/within"
	"github.com/typewright/typewright/runtime/transport"
	"github.com/typewright/typewright/runtime/transport/execplugin"
)

// TLSConfigFor returns the TLS configuration that config asks for; nil where the defaults of crypto/tls will do. It fails as
// TransportFor does.
func TLSConfigFor(config *Config) (*tls.Config, error) {
	c, err := config.TransportConfig()
	if err != nil {
		return nil, err
	}
	return transport.TLSConfigFor(c)
}

// TransportFor returns the round tripper that config asks for, credentials included. It fails where a certificate, a key, a
// CA or a token cannot be read or parsed, where config contradicts itself (two ways to authenticate, a CA and Insecure, a
// Transport and what would make one), and where its exec plugin may not run.
func TransportFor(config *Config) (http.RoundTripper, error) {
	c, err := config.TransportConfig()
	if err != nil {
		return nil, err
	}
	return transport.New(c)
}

// HTTPClientFor returns an HTTP client with the transport and timeout that config asks for. It follows redirects within the
// server, and below the path of config.Host, only: so does any http.Client on the transport of TransportFor, which adds
// credentials to whatever it sends.
func HTTPClientFor(config *Config) (*http.Client, error) {
	rt, err := TransportFor(config)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: rt, Timeout: config.Timeout, CheckRedirect: withinServer(config.basePath())}, nil
}

// withinServer refuses redirects that leave the server, and the eleventh of a row.
func withinServer(basePath string) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if len(via) >= 10 {
			return errors.New("stopped after 10 redirects")
		}
		return within.Redirect(via[0].URL, req.URL, basePath)
	}
}

// HTTPWrappersForConfig puts the credentials that config holds around rt, its client certificate aside: that is rt's
// matter. It fails as TransportFor does.
func HTTPWrappersForConfig(config *Config, rt http.RoundTripper) (http.RoundTripper, error) {
	c, err := config.TransportConfig()
	if err != nil {
		return nil, err
	}
	return transport.HTTPWrappersForConfig(c, rt)
}

// TransportConfig returns the part of the configuration that transports are made from.
func (c *Config) TransportConfig() (*transport.Config, error) {
	conf := &transport.Config{
		UserAgent:     c.UserAgent,
		BasePath:      c.basePath(),
		Transport:     c.Transport,
		WrapTransport: c.WrapTransport,
		TLS: transport.TLSConfig{
			Insecure:   c.Insecure,
			ServerName: c.ServerName,
			CAFile:     c.CAFile,
			CAData:     c.CAData,
			CertFile:   c.CertFile,
			CertData:   c.CertData,
			KeyFile:    c.KeyFile,
			KeyData:    c.KeyData,
			NextProtos: c.NextProtos,
		},
		Username:           c.Username,
		Password:           c.Password,
		BearerToken:        c.BearerToken,
		BearerTokenFile:    c.BearerTokenFile,
		Impersonate:        transport.ImpersonationConfig(c.Impersonate),
		Proxy:              c.Proxy,
		DisableCompression: c.DisableCompression,

		SeparateConnections: c.SeparateConnections,
	}
	if c.Dial != nil {
		conf.DialHolder = &transport.DialHolder{Dial: c.Dial}
	}
	if err := c.addAuthProvider(conf); err != nil {
		return nil, err
	}
	return conf, c.addExecPlugin(conf)
}

// basePath is the path of the server, nothing where there is none that can be read.
func (c *Config) basePath() string {
	base, _, err := DefaultServerUrlFor(c)
	if err != nil {
		return "" // a client is not made then; a transport may be
	}
	return base.Path
}

// addExecPlugin has conf use the credentials of the program that the configuration names, if any. Where conf says already
// who the user is the program is not asked; a configuration of it that means nothing is an error all the same.
func (c *Config) addExecPlugin(conf *transport.Config) error {
	switch {
	case c.ExecProvider == nil:
		return nil
	case execplugin.IsStatic(conf):
		return execplugin.Validate(c.ExecProvider)
	}
	var cluster *clientauthentication.Cluster
	if c.ExecProvider.ProvideClusterInfo {
		var err error
		if cluster, err = ConfigToExecCluster(c); err != nil {
			return fmt.Errorf("describe the cluster to exec plugin %s: %w", c.ExecProvider.Command, err)
		}
	}
	plugin, err := execPlugins.Get(c.ExecProvider, cluster)
	if err != nil {
		return err
	}
	return plugin.UpdateTransportConfig(conf)
}

// Wrap adds a wrapper above those that the configuration has.
func (c *Config) Wrap(fn transport.WrapperFunc) {
	c.WrapTransport = transport.Wrappers(c.WrapTransport, fn)
}

// IsConfigTransportTLS reports whether config speaks TLS with its server. A configuration that is not valid does not.
func IsConfigTransportTLS(config Config) bool {
	url, _, err := DefaultServerUrlFor(&config)
	return err == nil && url.Scheme == "https"
}

// LoadTLSFiles reads the files that c names into its Data fields, those that are set already aside. It changes c, also where
// it fails because a file cannot be read.
func LoadTLSFiles(c *Config) error {
	for _, load := range []struct {
		data *[]byte
		file string
	}{{&c.CAData, c.CAFile}, {&c.CertData, c.CertFile}, {&c.KeyData, c.KeyFile}} {
		if len(*load.data) > 0 || load.file == "" {
			continue
		}
		data, err := credfile.Read(load.file)
		if err != nil {
			return err
		}
		*load.data = data
	}
	return nil
}

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
		return nil, fmt.Errorf("auth provider %.256q is not supported: %s", apc.Name, insteadOfProvider(apc.Name))
	}
	if persister == nil {
		persister = notPersisted{}
	}
	return factory(clusterAddress, apc.Config, persister)
}

// insteadOfProvider says what to use instead of a provider that nobody has registered.
func insteadOfProvider(name string) string {
	switch name {
	case "gcp":
		return "Kubernetes has removed it: install gke-gcloud-auth-plugin, then run gcloud container clusters get-credentials"
	case "azure":
		return "Kubernetes has removed it: install kubelogin, then run kubelogin convert-kubeconfig"
	case "oidc":
		return "import github.com/typewright/typewright/runtime/auth/oidc, or use an exec plugin"
	default:
		return "use an exec plugin instead"
	}
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
