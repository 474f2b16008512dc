package transport

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// New returns a round tripper as config describes it. Round trippers that ask for the same connections share them.
//
// It fails where config contradicts itself, and where a certificate or key cannot be read or parsed.
func New(config *Config) (http.RoundTripper, error) {
	rt := config.Transport
	switch {
	case rt == nil:
		var err error
		if rt, err = newLanes(&pooled, config); err != nil {
			return nil, err
		}
	case config.HasCA() || config.HasCertAuth() || config.HasCertCallback() || config.TLS.Insecure:
		return nil, errors.New("using a custom transport with TLS certificate options or the insecure flag is not allowed: " +
			"set them on the transport")
	case config.SeparateConnections != SeparateConnections{}:
		return nil, errors.New("using a custom transport with separate connections is not allowed: connections are the transport's own")
	}
	return HTTPWrappersForConfig(config, rt)
}

// dial is how connections are made where nothing else is said. Probes by the kernel end a connection whose other end is
// gone after 45 s, where no ping of HTTP/2 does.
func dial() *net.Dialer {
	return &net.Dialer{
		Timeout:         30 * time.Second,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 5 * time.Second, Count: 3},
	}
}

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
	// SetTransportDefaults turns HTTP/2 on, with a ping after 30 s of silence and 15 s for its answer: a dead
	// connection is noticed within 45 s.
	return utilnet.SetTransportDefaults(&http.Transport{
		Proxy:               proxyOf(config),
		DialContext:         dialContext,
		TLSClientConfig:     tlsConfig,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 25,
		// Informational answers (1xx) and their headers count too.
		MaxResponseHeaderBytes: 1 << 20,
		DisableCompression:     config.DisableCompression,
	}), nil
}

// proxyOf returns the function that finds the proxy for a request. Its errors quote no password.
func proxyOf(config *Config) func(*http.Request) (*url.URL, error) {
	if config.Proxy == nil {
		return func(req *http.Request) (*url.URL, error) {
			proxy, err := http.ProxyFromEnvironment(req)
			if err != nil { // it quotes the variable
				return nil, errors.New("the environment names a proxy (HTTP_PROXY, HTTPS_PROXY) that is no valid URL: correct or unset it")
			}
			return proxy, nil
		}
	}
	return func(req *http.Request) (*url.URL, error) {
		proxy, err := config.Proxy(req)
		return proxy, redact.Error(err)
	}
}

// ContextCanceller refuses requests with err once ctx has ended. It does not end those that are on their way.
func ContextCanceller(ctx context.Context, err error) WrapperFunc {
	return func(rt http.RoundTripper) http.RoundTripper { return &canceller{ctx: ctx, err: err, rt: rt} }
}

type canceller struct {
	redact.Opaque

	ctx context.Context
	err error
	rt  http.RoundTripper
}

var _ utilnet.RoundTripperWrapper = (*canceller)(nil)

func (c *canceller) RoundTrip(req *http.Request) (*http.Response, error) {
	if c.ctx.Err() != nil {
		return nil, c.err
	}
	return c.rt.RoundTrip(req)
}

// WrappedRoundTripper returns the next round tripper.
func (c *canceller) WrappedRoundTripper() http.RoundTripper { return c.rt }
