package portforward

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/apimachinery/pkg/util/portforward"
	"k8s.io/klog/v2"
	streamhttp "k8s.io/streaming/pkg/httpstream"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/streaming"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport/websocket"
)

// PingPeriod is how often a ping keeps proxies from closing a quiet tunnel.
const PingPeriod = 10 * time.Second

// tunnelDialer opens SPDY connections that are tunnelled in WebSockets.
type tunnelDialer struct {
	redact.Opaque

	logger    klog.Logger
	url       *url.URL
	transport http.RoundTripper
	holder    websocket.ConnectionHolder
}

// NewSPDYOverWebsocketDialer returns a dialer that connects to url with the credentials of config, and tunnels SPDY in a
// WebSocket. It fails if rest.TransportFor does.
func NewSPDYOverWebsocketDialer(url *url.URL, config *rest.Config) (httpstream.Dialer, error) {
	return NewSPDYOverWebsocketDialerWithLogger(klog.Background(), url, config)
}

// NewSPDYOverWebsocketDialerWithLogger is NewSPDYOverWebsocketDialer with a logger.
func NewSPDYOverWebsocketDialerWithLogger(logger klog.Logger, url *url.URL, config *rest.Config) (httpstream.Dialer, error) {
	transport, holder, err := websocket.RoundTripperFor(config)
	if err != nil {
		return nil, err
	}
	return &tunnelDialer{logger: logger, url: url, transport: transport, holder: holder}, nil
}

// NewSPDYOverWebsocketDialerForStreaming is NewSPDYOverWebsocketDialer for callers that use the types of k8s.io/streaming.
func NewSPDYOverWebsocketDialerForStreaming(url *url.URL, config *rest.Config) (streamhttp.Dialer, error) {
	return NewSPDYOverWebsocketDialerForStreamingWithLogger(klog.Background(), url, config)
}

// NewSPDYOverWebsocketDialerForStreamingWithLogger is NewSPDYOverWebsocketDialerForStreaming with a logger.
func NewSPDYOverWebsocketDialerForStreamingWithLogger(
	logger klog.Logger, url *url.URL, config *rest.Config,
) (streamhttp.Dialer, error) {
	dialer, err := NewSPDYOverWebsocketDialerWithLogger(logger, url, config)
	if err != nil {
		return nil, err
	}
	return streaming.Dialer{Dialer: dialer}, nil
}

// Dial returns a connection and the protocol of the given ones that the server has chosen.
func (d *tunnelDialer) Dial(protocols ...string) (httpstream.Connection, string, error) {
	ctx := klog.NewContext(context.Background(), d.logger)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url.String(), nil)
	if err != nil {
		return nil, "", redact.Error(err)
	}
	tunnelled := make([]string, len(protocols))
	for i, protocol := range protocols {
		tunnelled[i] = portforward.WebsocketsSPDYTunnelingPrefix + protocol
	}
	conn, err := websocket.Negotiate(d.transport, d.holder, req, tunnelled...)
	if err != nil {
		return nil, "", err
	}
	protocol := strings.TrimPrefix(conn.Subprotocol(), portforward.WebsocketsSPDYTunnelingPrefix)
	tunnel := NewTunnelingConnectionWithLogger(klog.LoggerWithName(d.logger, "client"), conn)
	client, err := streaming.NewClient(tunnel, PingPeriod)
	if err != nil {
		return nil, "", err
	}
	return client, protocol, nil
}
