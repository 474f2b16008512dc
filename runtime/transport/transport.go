package transport

import (
	"errors"
	"net"
	"net/http"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// New returns a round tripper as config describes it. Round trippers that ask for the same connections share them.
func New(config *Config) (http.RoundTripper, error) {
	if config.Transport != nil && (config.HasCA() || config.HasCertAuth() || config.HasCertCallback() || config.TLS.Insecure) {
		return nil, errors.New("using a custom transport with TLS certificate options or the insecure flag is not allowed: " +
			"set them on the transport")
	}
	rt := config.Transport
	if rt == nil {
		var err error
		if rt, err = pooled.get(config); err != nil {
			return nil, err
		}
	}
	return HTTPWrappersForConfig(config, rt)
}

// dial is how connections are made where nothing else is said.
func dial() *net.Dialer { return &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second} }

// newTransport makes a connection pool for config.
func newTransport(config *Config) (*http.Transport, error) {
	tlsConfig, err := TLSConfigFor(config)
	if err != nil {
		return nil, err
	}
	dialContext := dial().DialContext
	if config.DialHolder != nil {
		dialContext = config.DialHolder.Dial
	}
	proxy := http.ProxyFromEnvironment
	if config.Proxy != nil {
		proxy = config.Proxy
	}
	// SetTransportDefaults turns HTTP/2 on, with a ping after 30 s of silence and 15 s for its answer: a dead
	// connection is noticed within 45 s.
	return utilnet.SetTransportDefaults(&http.Transport{
		Proxy:               proxy,
		DialContext:         dialContext,
		TLSClientConfig:     tlsConfig,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 25,
		DisableCompression:  config.DisableCompression,
	}), nil
}
