// Package websocket switches connections to WebSocket (RFC 6455), the successor of SPDY for exec, attach and port-forward.
// It has the names of client-go's transport/websocket.
//
// The upgrade request goes out as all requests of a configuration do: with its credentials, impersonation, TLS, proxy and dial
// function. A response that refuses the upgrade is an error for which httpstream.IsUpgradeFailure is true, and which wraps the
// Status of the server, if it sent one. Such an error is the reason to fall back to SPDY.
package websocket

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"

	gwebsocket "github.com/gorilla/websocket"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/streaming/pkg/httpstream/wsstream"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/upgrade"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport"
)

// dataBufferSize is how much data a message has at most, apart from the byte that names its channel.
const dataBufferSize = 32 * 1024

// ConnectionHolder has the connection of the last upgrade.
type ConnectionHolder interface {
	// DataBufferSize is the size of buffers for the data of a message.
	DataBufferSize() int
	// Connection is nil before the first upgrade.
	Connection() *gwebsocket.Conn
}

// RoundTripper sends upgrade requests. It is safe for concurrent use with Negotiate. Connection has the connection of the last
// request alone.
type RoundTripper struct {
	// TLSConfig is for the connection to the server. In what RoundTripperFor returns it is for reading alone.
	TLSConfig *tls.Config
	// Proxier returns the proxy for a request, nil for none. In what RoundTripperFor returns it has no effect.
	Proxier func(req *http.Request) (*url.URL, error)
	// Conn is the connection of the last request. Read it through Connection.
	Conn *gwebsocket.Conn

	rt http.RoundTripper // nil for one made of TLSConfig and Proxier
	mu sync.Mutex        // guards Conn
}

var (
	_ utilnet.TLSClientConfigHolder = (*RoundTripper)(nil)
	_ http.RoundTripper             = (*RoundTripper)(nil)
	_ ConnectionHolder              = (*RoundTripper)(nil)
)

// RoundTripperFor returns the round tripper for upgrade requests to the server of config, and what holds the connection
// afterwards. It fails if rest.TransportFor does.
func RoundTripperFor(config *rest.Config) (http.RoundTripper, ConnectionHolder, error) {
	transportConfig, err := config.TransportConfig()
	if err != nil {
		return nil, nil, err
	}
	upgrader := &RoundTripper{Proxier: config.Proxy}
	if upgrader.rt, err = transport.ForUpgrades(transportConfig); err != nil {
		return nil, nil, err
	}
	if upgrader.TLSConfig, err = transport.TLSConfigFor(transportConfig); err != nil {
		return nil, nil, err
	}
	wrapped, err := transport.HTTPWrappersForConfig(transportConfig, upgrader)
	if err != nil {
		return nil, nil, err
	}
	return wrapped, upgrader, nil
}

// Connection returns the connection of the last request.
func (rt *RoundTripper) Connection() *gwebsocket.Conn {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	return rt.Conn
}

// DataBufferSize is the size of buffers for the data of a message.
func (rt *RoundTripper) DataBufferSize() int { return dataBufferSize }

// TLSClientConfig returns TLSConfig.
func (rt *RoundTripper) TLSClientConfig() *tls.Config { return rt.TLSConfig }

// connKey is the key of contexts under which a response's request has the WebSocket connection.
type connKey struct{}

// RoundTrip asks for WebSocket, and one of the protocols in the header Sec-WebSocket-Protocol. It does not change req. If the
// server refuses, or chooses none of the protocols, the error is an upgrade failure.
func (rt *RoundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close() //nolint:errcheck // nothing is sent
	}
	connections, err := rt.connections()
	if err != nil {
		return nil, err
	}
	conn, resp, err := newHandshake(connections, req).do()
	if err != nil {
		return nil, err
	}
	if wanted := req.Header.Values(wsstream.WebSocketProtocolHeader); !slices.Contains(wanted, conn.Subprotocol()) {
		_ = conn.Close()
		return nil, upgrade.Failure(fmt.Errorf("invalid protocol, expected one of %q, got %q", wanted, conn.Subprotocol()))
	}
	rt.mu.Lock()
	defer rt.mu.Unlock()
	rt.Conn = conn
	resp.Request = req.WithContext(context.WithValue(req.Context(), connKey{}, conn))
	return resp, nil
}

// connections returns the round tripper that makes connections.
func (rt *RoundTripper) connections() (http.RoundTripper, error) {
	if rt.rt != nil {
		return rt.rt, nil
	}
	return transport.ForUpgrades(&transport.Config{Transport: &http.Transport{Proxy: rt.Proxier, TLSClientConfig: rt.TLSConfig}})
}

// Negotiate sends an upgrade request that offers protocols, the preferred first, and returns the connection, whose Subprotocol
// is the one that the server has chosen. It sets a header of req. rt and connectionInfo must be those that RoundTripperFor
// returned.
//
// The context of req ends the negotiation, but not the connection.
func Negotiate(rt http.RoundTripper, connectionInfo ConnectionHolder, req *http.Request, protocols ...string) (*gwebsocket.Conn, error) {
	req.Header[wsstream.WebSocketProtocolHeader] = protocols
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return nil, redact.Error(err)
	}
	conn := connectionInfo.Connection()
	if resp.Request != nil {
		if own, ok := resp.Request.Context().Value(connKey{}).(*gwebsocket.Conn); ok {
			conn = own
		}
	}
	if conn == nil {
		_ = resp.Body.Close()
		return nil, errors.New("the round tripper has not switched the connection to WebSocket")
	}
	if err := resp.Body.Close(); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("error closing response body: %w", err)
	}
	return conn, nil
}
