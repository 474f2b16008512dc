package remotecommand

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/util/remotecommand"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport/websocket"
)

const (
	// pingPeriod is how often a WebSocket connection is pinged.
	pingPeriod = 5 * time.Second
	// pingTimeout is how long a server may be silent: twelve pings, and a second for the answer to the last.
	pingTimeout = 12*pingPeriod + time.Second
)

// webSocketExecutor runs commands over WebSocket.
type webSocketExecutor struct {
	redact.Opaque

	transport   http.RoundTripper
	holder      websocket.ConnectionHolder
	method      string
	url         string
	protocols   []string
	pingPeriod  time.Duration
	pingTimeout time.Duration
}

// NewWebSocketExecutor returns an executor that connects to url with the credentials of config. It offers version 5 of the
// protocol alone, as servers that know older ones only cannot be told over WebSocket that the input has ended. It fails if
// rest.TransportFor does. A WebSocket begins with a GET, whatever method says.
func NewWebSocketExecutor(config *rest.Config, method, url string) (Executor, error) {
	return NewWebSocketExecutorForProtocols(config, method, url, remotecommand.StreamProtocolV5Name)
}

// NewWebSocketExecutorForProtocols is NewWebSocketExecutor that offers the given protocols, the preferred first.
func NewWebSocketExecutorForProtocols(config *rest.Config, method, url string, protocols ...string) (Executor, error) {
	transport, holder, err := websocket.RoundTripperFor(config)
	if err != nil {
		return nil, fmt.Errorf("error creating websocket transports: %w", err)
	}
	return &webSocketExecutor{
		transport: transport, holder: holder, method: method, url: url, protocols: protocols,
		pingPeriod: pingPeriod, pingTimeout: pingTimeout,
	}, nil
}

func (e *webSocketExecutor) Stream(options StreamOptions) error {
	return e.StreamWithContext(context.Background(), options)
}

func (e *webSocketExecutor) StreamWithContext(ctx context.Context, options StreamOptions) error {
	req, err := http.NewRequestWithContext(ctx, e.method, e.url, nil)
	if err != nil {
		return redact.Error(err)
	}
	conn, err := websocket.Negotiate(e.transport, e.holder, req, e.protocols...)
	if err != nil {
		if ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
			err = fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		return err
	}
	v, err := versionOf(conn.Subprotocol())
	if err != nil {
		_ = conn.Close()
		return err
	}
	channels := newChannels(conn, v, e.pingPeriod, e.pingTimeout)
	s := &session{conn: channels, version: v, options: options}
	return s.run(ctx)
}
