package rest

import (
	"crypto/tls"
	"errors"
	"net/http"
	"os"
	"path/filepath"

	"github.com/typewright/typewright/runtime/transport"
)

// TLSConfigFor returns the TLS configuration that config asks for; nil where the defaults of crypto/tls will do.
func TLSConfigFor(config *Config) (*tls.Config, error) {
	c, err := config.TransportConfig()
	if err != nil {
		return nil, err
	}
	return transport.TLSConfigFor(c)
}

// TransportFor returns the round tripper that config asks for, credentials included.
func TransportFor(config *Config) (http.RoundTripper, error) {
	c, err := config.TransportConfig()
	if err != nil {
		return nil, err
	}
	return transport.New(c)
}

// HTTPClientFor returns an HTTP client with the transport and timeout that config asks for.
func HTTPClientFor(config *Config) (*http.Client, error) {
	rt, err := TransportFor(config)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: rt, Timeout: config.Timeout}, nil
}

// HTTPWrappersForConfig puts the credentials that config holds around rt.
func HTTPWrappersForConfig(config *Config, rt http.RoundTripper) (http.RoundTripper, error) {
	c, err := config.TransportConfig()
	if err != nil {
		return nil, err
	}
	return transport.HTTPWrappersForConfig(c, rt)
}

// TransportConfig returns the part of the configuration that transports are made from.
func (c *Config) TransportConfig() (*transport.Config, error) {
	if c.AuthProvider != nil {
		return nil, errors.New("auth provider " + c.AuthProvider.Name + " is not supported: use an exec plugin instead")
	}
	if c.ExecProvider != nil {
		return nil, errors.New("exec plugin " + filepath.Base(c.ExecProvider.Command) + " is not supported yet")
	}
	conf := &transport.Config{
		UserAgent:     c.UserAgent,
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
	}
	if c.Dial != nil {
		conf.DialHolder = &transport.DialHolder{Dial: c.Dial}
	}
	return conf, nil
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

// LoadTLSFiles reads the files that c names into its Data fields, those that are set already aside. It changes c.
func LoadTLSFiles(c *Config) error {
	for _, load := range []struct {
		data *[]byte
		file string
	}{{&c.CAData, c.CAFile}, {&c.CertData, c.CertFile}, {&c.KeyData, c.KeyFile}} {
		if len(*load.data) > 0 || load.file == "" {
			continue
		}
		data, err := os.ReadFile(load.file)
		if err != nil {
			return err
		}
		*load.data = data
	}
	return nil
}
