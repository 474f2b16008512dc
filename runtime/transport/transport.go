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

// New returns a round tripper for config, which is safe for concurrent use. Configurations with the same settings of
// connections share a connection pool.
//
// It fails if config contradicts itself, if a certificate or key cannot be read or parsed, and if the only token is in a file
// that cannot be read.
func New(config *Config) (http.RoundTripper, error) {
	rt := config.Transport
	switch {
	case rt == nil:
		var err error
		if rt, err = newLanes(&pooled, config); err != nil {
			return nil, err
		}
	case config.HasCA() || config.HasCertAuth() || config.HasCertCallback() || config.TLS.Insecure:
		return nil, errTransportWithTLS
	case config.SeparateConnections != SeparateConnections{}:
		return nil, errors.New("using a custom transport with separate connections is not allowed: connections are the transport's own")
	}
	return HTTPWrappersForConfig(config, rt)
}

// EndsWithContext reports whether a round tripper is one of this package, with credentials that it does not have to wait for, so that
// requests, and reads of their answers, return soon after their context has ended. Of others it returns false: they may ignore the
// context.
func EndsWithContext(rt http.RoundTripper) bool {
	switch of := rt.(type) {
	case *connections, *lanes:
		return true
	case *headers:
		return EndsWithContext(of.rt)
	case *redirectGuard:
		return EndsWithContext(of.rt)
	case *bearerFile:
		return EndsWithContext(of.rt)
	default:
		return false
	}
}

// dial returns the default dialer. The kernel's keep-alive probes close a dead connection after 45 s; with HTTP/1.1, which has
// no pings, nothing else does.
func dial() *net.Dialer {
	return &net.Dialer{
		Timeout:         30 * time.Second,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 5 * time.Second, Count: 3},
	}
}

// newTransport makes a connection pool for config.
func newTransport(config *Config) (*http.Transport, error) {
	transport, err := plainTransport(config)
	if err != nil {
		return nil, err
	}
	// SetTransportDefaults turns HTTP/2 on, with a ping after 30 s of silence and 15 s for its response: a dead connection
	// is closed within 45 s.
	return utilnet.SetTransportDefaults(transport), nil
}

// plainTransport makes a transport for config without HTTP/2.
func plainTransport(config *Config) (*http.Transport, error) {
	tlsConfig, err := TLSConfigFor(config)
	if err != nil {
		return nil, err
	}
	dialContext := dial().DialContext
	if config.DialHolder != nil {
		dialContext = config.DialHolder.Dial
	}
	return &http.Transport{
		Proxy:               proxyOf(config),
		DialContext:         dialContext,
		TLSClientConfig:     tlsConfig,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 25,
		// Headers of informational responses (1xx) count too.
		MaxResponseHeaderBytes: 1 << 20,
		DisableCompression:     config.DisableCompression,
	}, nil
}

// proxyOf returns the function that finds the proxy for a request. Its errors do not quote passwords.
func proxyOf(config *Config) func(*http.Request) (*url.URL, error) {
	if config.Proxy == nil {
		return func(req *http.Request) (*url.URL, error) {
			proxy, err := http.ProxyFromEnvironment(req)
			if err != nil { // it quotes the variable
				return nil, errors.New("the environment names a proxy (HTTP_PROXY, HTTPS_PROXY) that is not a valid URL: correct or unset it")
			}
			return proxy, nil
		}
	}
	return func(req *http.Request) (*url.URL, error) {
		proxy, err := config.Proxy(req)
		return proxy, redact.Error(err)
	}
}

// ContextCanceller returns a wrapper that refuses requests with err when ctx has ended. Requests that have been sent continue.
func ContextCanceller(ctx context.Context, err error) WrapperFunc {
	return func(rt http.RoundTripper) http.RoundTripper { return &canceller{ctx: ctx, err: err, rt: rt} }
}

// canceller refuses requests with err when ctx has ended.
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
