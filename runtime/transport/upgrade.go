package transport

import (
	"crypto/tls"
	"errors"
	"net/http"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// ForUpgrades returns a round tripper for requests that ask the server to switch to another protocol, such as SPDY or
// WebSocket. It speaks HTTP/1.1, as such requests must, and makes a new connection for each request: TLS, proxy and dial
// function are those of config. It adds no credentials, see HTTPWrappersForConfig; the client certificate is part of the
// connection.
//
// If config.Transport is an http.Transport, or wraps one, its settings are used; any other Transport is used as it is, and
// must return a body that can be written after a response with 101. ForUpgrades fails if New fails because of the connection.
func ForUpgrades(config *Config) (http.RoundTripper, error) {
	if config.Transport != nil {
		if config.HasCA() || config.HasCertAuth() || config.HasCertCallback() || config.TLS.Insecure {
			return nil, errTransportWithTLS
		}
		if transport, ok := baseOf(config.Transport).(*http.Transport); ok {
			return upgradesOnly(transport.Clone()), nil
		}
		return config.Transport, nil
	}
	transport, err := plainTransport(config)
	if err != nil {
		return nil, err
	}
	return upgradesOnly(transport), nil
}

// upgradesOnly has transport speak HTTP/1.1 alone, and make a new connection for each request. It changes transport and
// returns it.
func upgradesOnly(transport *http.Transport) *http.Transport {
	if transport.TLSClientConfig == nil {
		transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	} else {
		transport.TLSClientConfig = transport.TLSClientConfig.Clone()
	}
	transport.TLSClientConfig.NextProtos = []string{"http/1.1"}
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	transport.ForceAttemptHTTP2, transport.TLSNextProto = false, nil
	transport.DisableKeepAlives, transport.DisableCompression = true, true
	return transport
}

// baseOf returns the round tripper below all wrappers that tell what they wrap.
func baseOf(rt http.RoundTripper) http.RoundTripper {
	for {
		wrapper, ok := rt.(utilnet.RoundTripperWrapper)
		if !ok {
			return rt
		}
		rt = wrapper.WrappedRoundTripper()
	}
}

// errTransportWithTLS is the error for a configuration with a Transport and settings of TLS.
var errTransportWithTLS = errors.New("using a custom transport with TLS certificate options or the insecure flag is not allowed: " +
	"set them on the transport")
